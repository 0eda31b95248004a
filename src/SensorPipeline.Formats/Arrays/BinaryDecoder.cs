using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Arrays;

/// <summary>
/// Samples in binary, each with one number a channel. A payload that is no whole number of samples is malformed: cutting it would hide a wrong
/// layout. The arrival is the time of the last sample, or the first, and the others follow at the source's period.
/// </summary>
internal sealed class BinaryDecoder(SourcePlan source) : PayloadDecoder
{
    private readonly BinaryLayout layout = source.Binary;
    private readonly int stride = source.Binary.Width * source.Binary.Size;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        int bytes = payload.Length - layout.Skip;
        int samples = bytes / stride;
        bool fits = bytes > 0 && bytes % stride == 0 && (samples == 1 || source.HasPeriod);
        if (!fits)
        {
            sink.Reject(RejectReason.Malformed);
            return;
        }

        for (int sample = 0; sample < samples; sample++)
        {
            ReadOnlySpan<byte> numbers = payload.Slice(layout.Skip + (sample * stride), stride);
            EventTime time = sink.Bound(source.Samples.At(sink.Arrival, sample, samples));
            foreach (ChannelPlan channel in source.Channels)
            {
                if (!channel.IsIgnored)
                {
                    sink.Take(channel, layout.Read(numbers[(channel.Column * layout.Size)..]), time);
                }
            }
        }
    }
}
