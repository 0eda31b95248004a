using System.Buffers.Binary;
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
                    sink.Take(channel, Read(numbers[(channel.Column * layout.Size)..]), time);
                }
            }
        }
    }

    private double Read(ReadOnlySpan<byte> bytes) => layout.IsBigEndian ? ReadBig(bytes) : ReadLittle(bytes);

    private double ReadLittle(ReadOnlySpan<byte> bytes) => layout.Type switch
    {
        BinaryType.U8 => bytes[0],
        BinaryType.I8 => (sbyte)bytes[0],
        BinaryType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        BinaryType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        BinaryType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    private double ReadBig(ReadOnlySpan<byte> bytes) => layout.Type switch
    {
        BinaryType.U8 => bytes[0],
        BinaryType.I8 => (sbyte)bytes[0],
        BinaryType.U16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        BinaryType.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        BinaryType.U32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        BinaryType.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        BinaryType.U64 => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryType.I64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        BinaryType.F32 => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
