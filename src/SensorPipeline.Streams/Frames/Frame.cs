using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Frames;

/// <summary>A group's readings of one event time. Its values stand in the batch, one a member, NaN where the member did not report: a frame without
/// any says that all members have fallen silent.</summary>
public readonly record struct Frame
{
    /// <summary>Sequence number of the input that closed the frame.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time of the frame.</summary>
    public required EventTime Time { get; init; }

    /// <summary>Where the values begin in <see cref="FrameBatch.Values"/>.</summary>
    public required int First { get; init; }

    /// <summary>How many members the group has.</summary>
    public required int Members { get; init; }
}
