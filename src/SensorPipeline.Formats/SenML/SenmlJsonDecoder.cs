using System.Text.Json;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Json;
using SensorPipeline.Formats.Records;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Formats.SenML;

/// <summary>A SenML pack in JSON: an array of records.</summary>
internal sealed class SenmlJsonDecoder(SourcePlan source, SourceLimits limits) : PayloadDecoder
{
    private static readonly JsonNode Nothing = new();

    private readonly JsonFindings findings = new(new JsonLayout());
    private readonly SenmlPack pack = new();
    private readonly RecordTaker taker = new(source, limits);
    private readonly Buffer<byte> unescaped = new();

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        // What the scanner accepts the reader accepts, so that it has no fault to throw for.
        findings.Clear();
        if (!JsonScanner.TryScan(payload, Nothing, findings) || !TryRead(payload, sink))
        {
            sink.Reject(RejectReason.Malformed);
            return;
        }

        pack.Records.TakeAll(taker, route, sink);
    }

    private bool TryRead(ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        pack.Begin();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            pack.BeginRecord();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadMember(ref reader))
                {
                    return false;
                }
            }

            if (!pack.EndRecord(sink.Arrival))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private bool TryReadMember(ref Utf8JsonReader reader)
    {
        SenmlLabel? label = SenmlPack.LabelOf(Text(ref reader));
        reader.Read();
        if (label is not { } known)
        {
            return false;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return pack.TakeNumber(known, reader.ValueSpan);
            case JsonTokenType.String:
                return pack.TakeText(known, Text(ref reader));
            case JsonTokenType.True or JsonTokenType.False:
                return pack.TakeBoolean(known, reader.TokenType == JsonTokenType.True);
            default:
                reader.Skip();
                return known == SenmlLabel.Other;
        }
    }

    private ReadOnlySpan<byte> Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        unescaped.Clear();
        Span<byte> text = unescaped.AddSpan(reader.ValueSpan.Length);
        return text[..JsonEscapes.Decode(reader.ValueSpan, text)];
    }
}
