using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Records;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Influx;

/// <summary>Lines of the InfluxDB protocol. A field's name is <c>measurement/tag value/…/field</c>, the tags in the order they are written.</summary>
internal sealed class InfluxDecoder(SourcePlan source, SourceLimits limits) : PayloadDecoder
{
    private readonly RecordList records = new();
    private readonly RecordTaker taker = new(source, limits);
    private readonly InfluxLine line = new(source.Times);

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        records.Clear();
        ReadOnlySpan<byte> rest = payload;
        while (!rest.IsEmpty)
        {
            if (!line.TryRead(ref rest, records, sink.Arrival))
            {
                sink.Reject(RejectReason.Malformed);
                return;
            }
        }

        records.TakeAll(taker, route, sink);
    }
}
