using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SensorPipeline.Worker.Commands;

/// <summary>The usual help, then the command's examples.</summary>
internal sealed class ExampleHelp(HelpAction usual, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in parseResult.CommandResult.Command is ExampleCommand command ? command.Examples : rootExamples)
        {
            output.WriteLine($"  {example}");
        }

        return exitCode;
    }
}
