using System.CommandLine;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.Tests.Options;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

/// <summary>Commands as a user runs them, in a directory of their own, and what they say.</summary>
public abstract class CommandFixture : IDisposable
{
    protected ConfigurationDirectory Place { get; } = new();

    protected StringWriter Output { get; } = new();

    protected StringWriter Error { get; } = new();

    protected string[] ErrorLines => Error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        Place.Dispose();
        Output.Dispose();
        Error.Dispose();
        GC.SuppressFinalize(this);
    }

    protected ProcessContext Process(TimeProvider? clock = null, bool isTerminal = false) => new()
    {
        Clock = clock ?? new ManualClock(),
        Variables = new Dictionary<string, string>(),
        WorkingDirectory = Place.Path,
        ExecutableDirectory = Place.Path,
        IsTerminal = isTerminal,
    };

    protected Task<int> RunAsync(Command command, params IReadOnlyList<string> arguments) => RunAsync([command], arguments);

    protected Task<int> RunAsync(Command[] commands, IReadOnlyList<string> arguments) =>
        new CommandLine(commands).InvokeAsync(arguments, Output, Error, TestContext.Current.CancellationToken);
}
