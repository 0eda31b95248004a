namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Where to look for the configuration, and what is said on top of it.</summary>
public sealed record ConfigurationRequest
{
    /// <summary>The file named on the command line, or null to look for <c>config/appsettings.json</c>.</summary>
    public string? File { get; init; }

    /// <summary>Overrides of the command line: key path and value, the last word on each key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides { get; init; } = [];

    /// <summary>Whether a configuration without a source is at fault; not for commands that help to find the sources.</summary>
    public bool NeedsSources { get; init; } = true;

    /// <summary>The options of a service that runs, which takes what it can of the configuration; null where none runs yet.</summary>
    public ServiceOptions? Running { get; init; }

    /// <summary>Environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The working directory: the first place to look, and what paths outside a file are relative to.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The executable's directory: the second place to look.</summary>
    public required string ExecutableDirectory { get; init; }
}
