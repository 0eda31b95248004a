using System.Collections;

namespace SensorPipeline.Worker.Commands;

/// <summary>What a command takes from the process it runs in; a test brings its own.</summary>
public sealed record ProcessContext
{
    /// <summary>The only clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>What relative paths are relative to.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Where the executable and its shipped files are.</summary>
    public required string ExecutableDirectory { get; init; }

    /// <summary>Whether a person watches the error output on a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The context of this process.</summary>
    public static ProcessContext Current() => new()
    {
        Clock = TimeProvider.System,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
        WorkingDirectory = Environment.CurrentDirectory,
        ExecutableDirectory = AppContext.BaseDirectory,
        IsTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
    };
}
