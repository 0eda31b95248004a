using System.Diagnostics.CodeAnalysis;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>What loading came to: options without a fault, or every fault.</summary>
public sealed record LoadedConfiguration
{
    /// <summary>The options, or null where there are faults. Of a service that runs: what it goes on with.</summary>
    public ServiceOptions? Options { get; init; }

    /// <summary>Everything that has to be put right before the service starts.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; init; } = [];

    /// <summary>What is allowed and probably not meant.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Key paths of what a service that runs takes at its next start only.</summary>
    public IReadOnlyList<string> AfterRestart { get; init; } = [];

    /// <summary>What was asked for.</summary>
    public ConfigurationRequest? Request { get; init; }

    /// <summary>The file that was read, or null where there was none.</summary>
    public string? File { get; init; }

    /// <summary>Whether the options can be used.</summary>
    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
