using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>What a person sees who starts the product on a terminal, here one that <c>script</c> pretends to be.</summary>
public sealed class TerminalTests
{
    private const string Script = "/usr/bin/script";
    private const string Erase = "\u001b[2K";

    [Fact]
    public async Task The_demo_shows_one_live_line_and_takes_it_away_before_its_summary()
    {
        SkipWithoutTerminal();
        using var place = new Workplace("{}");
        await using ServiceProcess demo = StartOnTerminal(place, $"demo --duration 00:00:06 --port {place.HttpPort}");

        Assert.Equal(0, await demo.ExitAsync());

        Assert.Matches(@"\d+ readings/s of 15 sensors  [\d,]+ in all  [\d,]+ outliers  [\d,]+ events", demo.Said);
        string afterTheLast = demo.Said[(demo.Said.LastIndexOf(Erase, StringComparison.Ordinal) + Erase.Length)..];
        Assert.StartsWith("readings ", afterTheLast.TrimStart(), StringComparison.Ordinal);
        Assert.DoesNotContain("readings/s", afterTheLast, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_shows_one_live_line_that_says_when_there_is_no_broker()
    {
        SkipWithoutTerminal();
        using var place = new Workplace("""{ "SensorPipeline": { "Sources": [ { "Topic": "sensors/{name...}" } ], "Storage": { "Durability": "None" } } }""");
        await using ServiceProcess service = StartOnTerminal(place, string.Join(' ', place.Run(Workplace.FreePort())));

        string said = await service.WaitForAsync("no broker  0 readings/s of 0 sensors");

        Assert.Contains(Erase, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_pipe_there_is_no_live_line()
    {
        using var place = new Workplace("{}");
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "demo", "--duration", "00:00:02", "--port", $"{place.HttpPort}");

        Assert.True(exit == 0, said);
        Assert.DoesNotContain('\u001b', said);
        Assert.DoesNotContain("readings/s", said, StringComparison.Ordinal);
    }

    private static void SkipWithoutTerminal() => Assert.SkipWhen(!File.Exists(Script), "script is missing; on Debian: apt-get install bsdutils");

    // It runs a command line on a terminal of its own, and ends as the command did.
    private static ServiceProcess StartOnTerminal(Workplace place, string arguments) =>
        ServiceProcess.StartProgram(place.Folder, Script, "-qec", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "sensor-pipeline.dll")}' {arguments}", "/dev/null");
}
