using System.Globalization;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd.Durability;

/// <summary>
/// The promise as a whole: whatever ends the process, every sensor counts what the publisher sent, once and in order. <c>LEDGER_KILLS</c> makes it as
/// long as wanted, <c>LEDGER_SEED</c> another course, <c>LEDGER_RATE</c>, messages every 20 ms, the backlog as long as wanted.
/// </summary>
public class LedgerTests
{
    private static int Seed => Number("LEDGER_SEED", 1);

    [Theory]
    [InlineData("V5", 4)]
    [InlineData("V311", 2)]
    public async Task Killed_at_any_instant_the_service_counts_every_message_once(string protocol, int kills)
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        var random = new Random(Seed);
        await using InterruptedService run = await InterruptedService.StartAsync(Seed, Number("LEDGER_RATE", 100), null, $"--Broker:Protocol={protocol}");
        for (int kill = 0; kill < Number("LEDGER_KILLS", kills); kill++)
        {
            bool connected = random.Next(3) > 0;
            await run.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(connected ? 700 : 1500)), connected);
        }

        await run.AssertLedgerAsync();
    }

    [Fact]
    public async Task Killed_at_an_exact_system_call_it_does_too()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        Assert.SkipUnless(InterruptedService.CanTrace, "strace is not there or may not trace");
        await using InterruptedService run = await InterruptedService.StartAsync(Seed);
        (string Call, int When)[] ends = [("fdatasync", 5), ("pwrite64", 9), ("fsync", 3), ("rename", 1), ("unlink", 1), ("sendto,sendmsg", 3)];
        foreach ((string call, int when) in ends)
        {
            await run.KillAtAsync(call, when);
        }

        await run.AssertLedgerAsync();
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
