using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Streams.Frames;

/// <summary>Frames in the order they closed.</summary>
public sealed class FrameBatch : IBatch
{
    /// <summary>The frames.</summary>
    public Buffer<Frame> Frames { get; } = new();

    /// <summary>The frames' values, one behind the other.</summary>
    public Buffer<double> Values { get; } = new();

    /// <summary>The values of one frame, in the order of the group's members; NaN where a member did not report.</summary>
    public ReadOnlySpan<double> ValuesOf(in Frame frame) => Values.Items.Slice(frame.First, frame.Members);

    /// <inheritdoc/>
    public void Clear()
    {
        Frames.Clear();
        Values.Clear();
    }
}
