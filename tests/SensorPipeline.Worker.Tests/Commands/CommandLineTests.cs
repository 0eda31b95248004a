using System.CommandLine;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.Tests.Options;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        directory.Dispose();
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task A_valid_configuration_is_printed_with_secrets_masked()
    {
        directory.Write("secret", "canary");
        string file = directory.Write("test.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Username": "canary", "PasswordFile": "secret" } } }""");

        int exitCode = await Invoke("check", "--config", file, "--Http:Port=8081");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Contains("\"Port\": 8081", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output.ToString() + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_no_column_is_called_after_is_said()
    {
        string wide = directory.Write("wide.csv", "timestamp,s1,s2\n2026-01-01T00:00:00Z,1,2\n2026-01-01T00:00:01Z,2,3\n");

        int exitCode = await new CommandLine(ReplayCommand.Create(Context()))
            .InvokeAsync(["replay", wide, "--output", Path.ChangeExtension(wide, ".out.csv"), "--fuse", "room=s1,s7", "--group", "all=s2,+"], output, error, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Equal("group room: no sensor is called 's7'", Lines(error)[0]);
        Assert.Equal(2, Lines(error).Length);
    }

    [Fact]
    public async Task A_wrong_configuration_is_a_line_a_fault_and_nothing_on_the_standard_output()
    {
        string file = directory.Write("test.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Prot": 1 } } }""");

        int exitCode = await Invoke("check", "--config", file, "--Shards=x");

        Assert.Equal(ExitCode.Configuration, exitCode);
        Assert.Empty(output.ToString());
        Assert.Equal(
            ["SensorPipeline:Broker:Prot: unknown key; did you mean Port? (test.json:1)", "SensorPipeline:Shards: expected a whole number, found \"x\" (command line --Shards)"],
            Lines(error));
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
        Assert.Empty(output.ToString());
        Assert.Equal(2, Lines(error).Length);
        Assert.StartsWith("see: sensor-pipeline", Lines(error)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("check", "--help")]
    [InlineData("healthcheck", "-h")]
    public async Task Help_ends_with_examples(params string[] arguments)
    {
        Assert.Equal(ExitCode.Ok, await Invoke(arguments));
        Assert.Contains($"Examples:{Environment.NewLine}  sensor-pipeline ", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(error.ToString());
    }

    [Theory]
    [InlineData]
    [InlineData("--fail")]
    [InlineData("run")]
    public async Task Options_without_a_command_belong_to_run(params string[] arguments)
    {
        Command run = new("run") { new Option<bool>("--fail") };
        run.SetAction(parsed => parsed.GetValue<bool>("--fail") ? ExitCode.BrokerUnreachable : ExitCode.Ok);

        int exitCode = await new CommandLine(run).InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);

        Assert.Equal(arguments.Contains("--fail") ? ExitCode.BrokerUnreachable : ExitCode.Ok, exitCode);
    }

    [Fact]
    public async Task A_crash_is_one_line_and_exit_code_1()
    {
        Command crash = new("crash");
        crash.SetAction(int (ParseResult _) => throw new InvalidOperationException("first\nsecond"));

        Assert.Equal(ExitCode.Crash, await new CommandLine(crash).InvokeAsync(["crash"], output, error, TestContext.Current.CancellationToken));
        Assert.Equal(["sensor-pipeline: InvalidOperationException: first second"], Lines(error));
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

        Assert.Equal(ExitCode.Ok, await new CommandLine(wait).InvokeAsync(["wait"], output, error, stop.Token));
        Assert.Empty(error.ToString());
    }

    private ProcessContext Context() => new()
    {
        Clock = new ManualClock(),
        Variables = new Dictionary<string, string>(),
        WorkingDirectory = directory.Path,
        ExecutableDirectory = directory.Path,
    };

    private Task<int> Invoke(params string[] arguments)
    {
        ProcessContext process = Context();
        return new CommandLine(CheckCommand.Create(process), HealthcheckCommand.Create(process))
            .InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
