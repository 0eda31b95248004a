using SensorPipeline.Streams.Frames;

namespace SensorPipeline.Streams.Joint;

/// <summary>Sensors that belong together: each can be expected from the others.</summary>
public sealed record JointOptions : GroupOptions
{
    /// <summary>Channels computed from the members.</summary>
    public IReadOnlyList<DerivedChannel> Derived { get; init; } = [];

    /// <summary>Whether members that did report are predicted from the others too, which shows what a virtual sensor is worth.</summary>
    public bool PredictsEveryMember { get; init; }
}
