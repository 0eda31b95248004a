using System.CommandLine;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>completion</c>: a script that completes commands and options in a shell.</summary>
public static class CompletionCommand
{
    private static readonly Argument<string> Shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    /// <summary>The command, for the commands that it completes.</summary>
    public static Command Create(IReadOnlyList<Command> commands)
    {
        var command = new ExampleCommand(
            "completion",
            "Print a script that completes commands and options.",
            "source <(sensor-pipeline completion bash)",
            "sensor-pipeline completion zsh > \"${fpath[1]}/_sensor-pipeline\"",
            "sensor-pipeline completion fish > ~/.config/fish/completions/sensor-pipeline.fish")
        {
            Shell,
        };
        command.SetAction(parsed =>
        {
            Command[] all = [.. commands, command];
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(Shell) switch
            {
                "zsh" => CompletionScript.Zsh(all),
                "fish" => CompletionScript.Fish(all),
                _ => CompletionScript.Bash(all),
            });
            return ExitCode.Ok;
        });
        return command;
    }
}
