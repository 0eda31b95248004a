using SensorPipeline.Worker.Commands;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

public sealed class CompletionTests
{
    private static readonly ProcessContext Process = new()
    {
        Clock = TimeProvider.System,
        Variables = new Dictionary<string, string>(),
        WorkingDirectory = ".",
        ExecutableDirectory = ".",
    };

    [Theory]
    [InlineData("1", "sensor-pipeline dis", "discover")]
    [InlineData("1", "sensor-pipeline c", "check completion")]
    [InlineData("2", "sensor-pipeline run --n", "--no-wait")]
    [InlineData("2", "sensor-pipeline completion z", "zsh")]
    public async Task Bash_completes_commands_options_and_shells(string word, string line, string expected)
    {
        Assert.SkipUnless(Executable.Find("bash") is not null, "bash is not installed");
        string script = $"{await ScriptAsync("bash")}\nCOMP_WORDS=({line}); COMP_CWORD={word}; _sensor_pipeline; echo \"${{COMPREPLY[*]}}\"";

        (int exitCode, string said) = await Executable.RunAsync("bash", ["-c", script]);

        Assert.Equal((0, expected), (exitCode, said.Trim()));
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("zsh", "zsh")]
    [InlineData("fish", "fish")]
    public async Task A_script_is_one_that_its_shell_can_read(string shell, string program)
    {
        Assert.SkipUnless(Executable.Find(program) is not null, $"{program} is not installed");

        Assert.Equal((0, ""), await Executable.RunAsync(program, ["-n"], await ScriptAsync(shell)));
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Every_command_and_every_option_is_completed(string shell)
    {
        string script = await ScriptAsync(shell);

        foreach (string word in new[] { "run", "demo", "listen", "discover", "check", "completion", "no-wait", "duration", "schema" })
        {
            Assert.Contains(word, script, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_shell_is_refused()
    {
        using var output = new StringWriter();
        Assert.Equal(ExitCode.Usage, await CommandLine().InvokeAsync(["completion", "tcsh"], output, output, TestContext.Current.CancellationToken));
    }

    private static CommandLine CommandLine()
    {
        System.CommandLine.Command[] commands =
        [
            RunCommand.Create(Process), DemoCommand.Create(Process), ListenCommand.Create(Process), DiscoverCommand.Create(Process), CheckCommand.Create(Process),
        ];
        return new CommandLine([.. commands, CompletionCommand.Create(commands)]);
    }

    private static async Task<string> ScriptAsync(string shell)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Ok, await CommandLine().InvokeAsync(["completion", shell], output, error, TestContext.Current.CancellationToken));
        return output.ToString();
    }
}
