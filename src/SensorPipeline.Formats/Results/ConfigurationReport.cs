using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>What became of the last edit of the configuration of a running service.</summary>
public sealed record ConfigurationReport
{
    /// <summary>When it was noticed.</summary>
    public required EventTime Time { get; init; }

    /// <summary>What became of it.</summary>
    public required ReloadResult Result { get; init; }

    /// <summary>What is wrong with it, a sentence each; empty where it was applied.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Key paths of what takes effect after a restart.</summary>
    public IReadOnlyList<string> AfterRestart { get; init; } = [];
}
