using SensorPipeline.Storage.Tests.Processes;

namespace SensorPipeline.Storage.Tests;

public sealed class StateDirectoryTests
{
    [Fact]
    public void A_missing_directory_is_made_for_its_owner_alone()
    {
        using var temporary = new TemporaryDirectory();
        using StateDirectory state = StateDirectory.Open(temporary["a/b"]);
        Assert.Equal(temporary["a/b"], state.Path);
        Assert.True(OperatingSystem.IsWindows()
            || File.GetUnixFileMode(state.Path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Fact]
    public void A_second_process_is_refused_until_the_first_has_ended_however_it_ended()
    {
        using var temporary = new TemporaryDirectory();
        using var child = Child.Start(temporary.Path, int.MaxValue);
        child.Follow(2);
        var refused = Assert.Throws<StorageException>(() => StateDirectory.Open(temporary.Path));
        Assert.Equal($"{temporary.Path}: the state directory is in use by another process", refused.Message);
        child.Kill();
        StateDirectory.Open(temporary.Path).Dispose();
    }

    [Fact]
    public void A_file_in_the_place_of_the_directory_is_refused_by_path()
    {
        using var temporary = new TemporaryDirectory();
        File.WriteAllText(temporary["file"], "");
        AssertRefused(temporary["file"]);
        AssertRefused(temporary["file/below"]);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused_by_path()
    {
        // The kernel's own directory refuses even root.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        AssertRefused("/proc/self");
        AssertRefused("/proc/state");
    }

    private static void AssertRefused(string path)
    {
        var refused = Assert.Throws<StorageException>(() => StateDirectory.Open(path));
        Assert.StartsWith($"{path}: the state directory cannot be", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
