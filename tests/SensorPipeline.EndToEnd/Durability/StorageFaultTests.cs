using System.Diagnostics;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd.Durability;

/// <summary>A disk that is full, fails, or is not ours, under the real service.</summary>
public class StorageFaultTests
{
    private const int Seed = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_synchronisation_that_fails_ends_the_service_with_74_and_the_path_and_loses_nothing()
    {
        SkipUnlessTraced();
        await using InterruptedService run = await InterruptedService.StartAsync(Seed);
        await using (ServiceProcess service = run.StartInjected("fdatasync", "error=EIO:when=6+"))
        {
            Assert.Equal(74, await service.ExitAsync());
            Assert.Contains("the input log has failed", service.Said, StringComparison.Ordinal);
            Assert.Contains($"{Path.DirectorySeparatorChar}data{Path.DirectorySeparatorChar}log", service.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", service.Said, StringComparison.Ordinal);
        }

        await run.AssertLedgerAsync();
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_is_an_alarm_and_no_end()
    {
        SkipUnlessTraced();
        await using InterruptedService run = await InterruptedService.StartAsync(Seed);
        await using (ServiceProcess service = run.StartInjected("rename", "error=ENOSPC:when=1+"))
        {
            await service.WaitForAsync("checkpoint not written");
            await ReadinessAsync(run, "the last checkpoint was not written");
            await service.KillAsync();
        }

        await run.AssertLedgerAsync();
    }

    [Fact]
    public async Task A_full_disk_stops_reading_and_acknowledging_until_there_is_room_again()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        string disk = Directory.CreateTempSubdirectory("small-disk-").FullName;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk), "mounting a small disk is not allowed");
        try
        {
            await using InterruptedService run = await InterruptedService.StartAsync(Seed, directory: Path.Combine(disk, "data"));
            await using (ServiceProcess service = run.Start())
            {
                await service.ReadyAsync(run.HttpPort);
                string ballast = Path.Combine(disk, "ballast");
                Fill(ballast);
                await ReadinessAsync(run, "the disk is full");
                File.Delete(ballast);
                await ReadinessAsync(run, "writable");
                Assert.Equal(0, await service.TerminateAsync());
            }

            await run.AssertLedgerAsync();
        }
        finally
        {
            Run("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    [Fact]
    public async Task A_directory_that_cannot_be_used_ends_the_start_with_74_and_the_path()
    {
        using var place = new Workplace("""{ "SensorPipeline": { "Sources": [ { "Topic": "in/{sensor}", "Format": "number" } ] } }""");
        await File.WriteAllTextAsync(place.PathOf("taken"), "", TestContext.Current.CancellationToken);
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, [.. place.Run(1883), $"--Storage:Directory={place.PathOf("taken")}"]);
        Assert.Equal(74, exit);
        Assert.Contains(place.PathOf("taken"), said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static void SkipUnlessTraced()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        Assert.SkipUnless(InterruptedService.CanTrace, "strace is not there or may not trace");
    }

    private static async Task ReadinessAsync(InterruptedService run, string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new HttpClient();
        string seen = "";
        while (!seen.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, seen);
            seen = await (await client.GetAsync(new Uri($"http://127.0.0.1:{run.HttpPort}/health/ready"), patience.Token)).Content.ReadAsStringAsync(patience.Token);
        }
    }

    private static void Fill(string path)
    {
        using FileStream ballast = File.Create(path);
        try
        {
            var block = new byte[4096];
            while (true)
            {
                ballast.Write(block);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
