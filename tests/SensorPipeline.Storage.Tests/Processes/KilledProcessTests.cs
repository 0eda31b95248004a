namespace SensorPipeline.Storage.Tests.Processes;

public sealed class KilledProcessTests
{
    [Fact]
    public void Killed_at_any_instant_a_process_finds_every_committed_input_again()
    {
        const int Seed = 1;
        var random = new Random(Seed);
        using var directory = new TemporaryDirectory();
        long committed = 0;
        for (int kill = 0; kill < 12; kill++)
        {
            using var child = Child.Start(directory.Path, commits: int.MaxValue);
            Assert.True(child.Follow(random.Next(1, 150)), $"the child ended by itself, kill {kill} of seed {Seed}");
            child.Kill();
            Assert.True(child.Recovered >= committed, $"{child.Recovered} of {committed} inputs were there after kill {kill} of seed {Seed}");
            committed = Math.Max(child.Committed, child.Recovered);
        }

        Fingerprint recovered = AppendingProcess.Recover(directory.Path);
        Assert.True(recovered.Count >= committed);
        Assert.Equal(Fingerprint.After(recovered.Count), recovered);
    }

    [Theory]
    [InlineData("pwrite64", 3)]
    [InlineData("pwrite64", 30)]
    [InlineData("fdatasync", 25)]
    [InlineData("fsync", 6)]
    [InlineData("rename", 3)]
    [InlineData("unlink", 5)]
    public void Killed_at_an_exact_system_call_it_does_too(string call, int when)
    {
        using var directory = new TemporaryDirectory();
        using Child child = Traced(directory, $"{call}:signal=KILL:when={when}");
        child.WaitForEnd();
        Assert.InRange(child.Lines.Count, 1, 150);
        Fingerprint recovered = AppendingProcess.Recover(directory.Path);
        Assert.True(recovered.Count >= child.Committed);
        Assert.Equal(Fingerprint.After(recovered.Count), recovered);
    }

    [Fact]
    public void A_synchronisation_the_system_fails_ends_the_log_before_anything_is_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        using Child child = Traced(directory, "fdatasync:error=EIO:when=9");
        (int exitCode, string error) = child.WaitForEnd();
        Assert.Equal(AppendingProcess.StorageFailed, exitCode);
        Assert.Contains("the input log has failed", error, StringComparison.Ordinal);
        Assert.Contains(directory["log-0000000000000000"], error, StringComparison.Ordinal);
        Assert.StartsWith("committed", child.Lines[^1], StringComparison.Ordinal);
        Assert.True(AppendingProcess.Recover(directory.Path).Count >= child.Committed);
    }

    [Fact]
    public void A_directory_synchronisation_that_fails_is_no_checkpoint_and_no_end()
    {
        using var directory = new TemporaryDirectory();

        // Opening takes two, the first segment one; the fourth belongs to the first checkpoint.
        using Child child = Traced(directory, "fsync:error=EIO:when=4");
        Assert.Equal(0, child.WaitForEnd().ExitCode);
        Assert.Equal("no checkpoint", child.Lines.First(line => line.EndsWith("checkpoint", StringComparison.Ordinal)));
        Assert.Equal(child.Committed, AppendingProcess.Recover(directory.Path).Count);
    }

    [Fact]
    public void A_full_disk_is_waited_out()
    {
        using var directory = new TemporaryDirectory();
        using Child child = Traced(directory, "pwrite64:error=ENOSPC:when=7");
        Assert.Equal(0, child.WaitForEnd().ExitCode);
        Assert.Contains("full", child.Lines);
        Assert.Equal(child.Committed, AppendingProcess.Recover(directory.Path).Count);
    }

    private static Child Traced(TemporaryDirectory directory, string inject)
    {
        Assert.SkipUnless(Child.HasStrace, "strace is not there or may not trace");
        string call = inject[..inject.IndexOf(':', StringComparison.Ordinal)];
        return Child.Start(directory.Path, 60, "strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={inject}");
    }
}
