namespace SensorPipeline.Worker.Options;

/// <summary>Sensors that belong together: each can be expected from the others.</summary>
public sealed record JointGroupOptions : GroupOptions
{
    /// <summary>Channels computed from the members.</summary>
    public IReadOnlyList<DerivedChannelOptions> Derived { get; init; } = [];
}
