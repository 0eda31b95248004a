using System.CommandLine;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

public sealed class CommandLineTests : CommandFixture
{

    [Fact]
    public async Task A_valid_configuration_is_printed_with_secrets_masked()
    {
        Place.Write("secret", "canary");
        string file = Place.Write("test.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Username": "canary", "PasswordFile": "secret" } } }""");

        int exitCode = await Invoke("check", "--config", file, "--Http:Port=8081");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Contains("\"Port\": 8081", Output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Output.ToString() + Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_no_column_is_called_after_is_said()
    {
        string wide = Place.Write("wide.csv", "timestamp,s1,s2\n2026-01-01T00:00:00Z,1,2\n2026-01-01T00:00:01Z,2,3\n");

        int exitCode = await RunAsync(
            ReplayCommand.Create(Process()), "replay", wide, "--output", Path.ChangeExtension(wide, ".out.csv"), "--fuse", "room=s1,s7", "--group", "all=s2,+");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Equal("group room: no sensor is called 's7'", ErrorLines[0]);
        Assert.Equal(2, ErrorLines.Length);
    }

    [Fact]
    public async Task A_replay_that_is_told_not_to_skip_bad_rows_ends_with_65_and_names_the_row()
    {
        string bad = Place.Write("bad.csv", "timestamp,s1\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,2x\n");
        string[] arguments = ["replay", bad, "--output", Path.ChangeExtension(bad, ".out.csv")];

        Assert.Equal(ExitCode.Ok, await RunAsync(ReplayCommand.Create(Process()), arguments));
        Assert.Equal(65, await RunAsync(ReplayCommand.Create(Process()), [.. arguments, "--strict"]));
        Assert.Contains("bad.csv:3", ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(65, await RunAsync(ReplayCommand.Create(Process()), ["replay", $"{bad}.missing", .. arguments[2..]]));
    }

    [Fact]
    public async Task A_wrong_configuration_is_a_line_a_fault_and_nothing_on_the_standard_output()
    {
        string file = Place.Write("test.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Prot": 1 } } }""");

        int exitCode = await Invoke("check", "--config", file, "--Shards=x");

        Assert.Equal(ExitCode.Configuration, exitCode);
        Assert.Empty(Output.ToString());
        Assert.Equal(
            ["SensorPipeline:Broker:Prot: unknown key; did you mean Port? (test.json:1)", "SensorPipeline:Shards: expected a whole number, found \"x\" (command line --Shards)"],
            ErrorLines);
    }

    [Theory]
    [InlineData("chekc")]
    [InlineData("check", "--nonsense")]
    [InlineData("check", "word")]
    [InlineData("check", "--Broker:Host")]
    [InlineData("check", "--config")]
    public async Task A_wrong_command_line_is_two_lines_on_the_error_output_and_exit_code_2(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await Invoke(arguments));
        Assert.Empty(Output.ToString());
        Assert.Equal(2, ErrorLines.Length);
        Assert.StartsWith("see: sensor-pipeline", ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("check", "--help")]
    [InlineData("healthcheck", "-h")]
    public async Task Help_ends_with_examples(params string[] arguments)
    {
        Assert.Equal(ExitCode.Ok, await Invoke(arguments));
        Assert.Contains($"Examples:{Environment.NewLine}  sensor-pipeline ", Output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Error.ToString());
    }

    [Theory]
    [InlineData]
    [InlineData("--fail")]
    [InlineData("run")]
    public async Task Options_without_a_command_belong_to_run(params string[] arguments)
    {
        Command run = new("run") { new Option<bool>("--fail") };
        run.SetAction(parsed => parsed.GetValue<bool>("--fail") ? ExitCode.BrokerUnreachable : ExitCode.Ok);

        int exitCode = await RunAsync(run, arguments);

        Assert.Equal(arguments.Contains("--fail") ? ExitCode.BrokerUnreachable : ExitCode.Ok, exitCode);
    }

    [Fact]
    public async Task A_crash_is_one_line_and_exit_code_1()
    {
        Command crash = new("crash");
        crash.SetAction(int (ParseResult _) => throw new InvalidOperationException("first\nsecond"));

        Assert.Equal(ExitCode.Crash, await RunAsync(crash, "crash"));
        Assert.Equal(["sensor-pipeline: InvalidOperationException: first second"], ErrorLines);
    }

    [Fact]
    public async Task Being_asked_to_stop_is_no_failure()
    {
        using var stop = new CancellationTokenSource();
        Command wait = new("wait");
        wait.SetAction(async (_, cancellation) =>
        {
            stop.Cancel();
            await Task.Delay(Timeout.InfiniteTimeSpan, new ManualClock(), cancellation);
        });

        Assert.Equal(ExitCode.Ok, await new CommandLine(wait).InvokeAsync(["wait"], Output, Error, stop.Token));
        Assert.Empty(Error.ToString());
    }

    private Task<int> Invoke(params string[] arguments) => RunAsync([CheckCommand.Create(Process()), HealthcheckCommand.Create(Process())], arguments);
}
