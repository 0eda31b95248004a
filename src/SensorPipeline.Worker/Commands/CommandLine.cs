using System.CommandLine;
using System.CommandLine.Help;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary>The executable's commands, what is common to all of them, and their way out: one line a fault and an exit code.</summary>
public sealed class CommandLine
{
    private const string DefaultCommand = "run";

    // A container is killed ten seconds after it was asked to stop.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(8);
    private readonly RootCommand root = new("Live sensor readings in; noise statistics, outliers, fused estimates and regimes out.");

    /// <summary>A command line of these commands; <c>run</c> is meant where none is named.</summary>
    public CommandLine(params IReadOnlyList<Command> commands)
    {
        // Without an action of its own the library would ask for a command before it says which word it does not know.
        root.SetAction(_ => ExitCode.Usage);
        foreach (Command command in commands)
        {
            root.Subcommands.Add(command);
        }

        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ExampleHelp((HelpAction)help.Action!, [.. commands.OfType<ExampleCommand>().Select(command => command.Examples[0])]);
        }
    }

    /// <summary>Runs a command and returns its exit code; SIGINT and SIGTERM ask it to stop.</summary>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        ParseResult parsed = root.Parse(WithCommand(arguments));
        if (parsed.Errors.Count > 0 && parsed.Action is not ExampleHelp)
        {
            return RefuseUsage(parsed, error);
        }

        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToStop };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }
        catch (Exception failure)
        {
            error.WriteLine($"sensor-pipeline: {ConfigurationFault.OneLine($"{failure.GetType().Name}: {failure.Message}")}");
            return ExitCode.Crash;
        }
    }

    /// <summary>
    /// Runs a long command so that the caller gets its task at once: signals are taken care of only from then on, and one that came
    /// before would end the process with a code of its own.
    /// </summary>
    internal static async Task<int> OffTheCaller(Func<Task<int>> command)
    {
        await Task.Yield();
        return await command();
    }

    private static int RefuseUsage(ParseResult parsed, TextWriter error)
    {
        foreach (string message in parsed.Errors.Select(fault => ConfigurationFault.OneLine(fault.Message)).Distinct())
        {
            error.WriteLine(message);
        }

        string command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        error.WriteLine($"see: sensor-pipeline{command} --help");
        return ExitCode.Usage;
    }

    // Options without a command belong to the default one; help and version are about the whole.
    private static IReadOnlyList<string> WithCommand(IReadOnlyList<string> arguments) =>
        arguments is [] || (arguments[0].StartsWith('-') && arguments[0] is not ("-h" or "--help" or "-?" or "--version"))
            ? [DefaultCommand, .. arguments]
            : arguments;
}
