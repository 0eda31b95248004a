using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Streams.Graph;

/// <summary>Everything but its inputs that the graph's results depend on.</summary>
public sealed record GraphOptions
{
    /// <summary>The false-alarm budget and memories.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>Groups that are fused.</summary>
    public IReadOnlyList<FusionOptions> Fusion { get; init; } = [];

    /// <summary>Groups that have a mixture.</summary>
    public IReadOnlyList<MixtureOptions> Mixtures { get; init; } = [];

    /// <summary>Groups that are judged by their joint Gaussian.</summary>
    public IReadOnlyList<JointOptions> Joint { get; init; } = [];

    /// <summary>The greatest number of groups.</summary>
    public int MaximumGroups { get; init; } = 10_000;

    /// <summary>The greatest number of members of a group.</summary>
    public int MaximumMembers { get; init; } = 64;
}
