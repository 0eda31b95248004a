using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Numbers;

/// <summary>The payload is one number as text, or a text that stands for one.</summary>
internal sealed class NumberDecoder(SourcePlan source) : PayloadDecoder
{
    private readonly ChannelPlan channel = source.Channels[0];

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        NumberKind kind = NumberText.Read(payload, out double value);
        if (kind == NumberKind.Number || channel.TryGetValue(NumberText.Trim(payload), out value))
        {
            sink.Take(channel, value, sink.Arrival);
            return;
        }

        sink.Reject(kind.Rejection(), channel);
    }
}
