using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Records;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.SenML;

/// <summary>A SenML pack in CBOR: an array of maps whose labels are small integers or the texts of JSON.</summary>
internal sealed class SenmlCborDecoder(SourcePlan source, SourceLimits limits) : PayloadDecoder
{
    private const long DecimalFraction = 4;
    private const double FarthestSeconds = 9e11;

    private readonly SenmlPack pack = new();
    private readonly RecordTaker taker = new(source, limits);

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        if (!TryRead(payload, sink))
        {
            sink.Reject(RejectReason.Malformed);
            return;
        }

        pack.Records.TakeAll(taker, route, sink);
    }

    private bool TryRead(ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        var reader = new CborReader(payload);
        if (reader.Read() != CborKind.Array)
        {
            return false;
        }

        pack.Begin();
        long records = reader.Integer;
        for (long i = 0; i != records; i++)
        {
            CborKind kind = reader.Read();
            if (records == CborReader.Indefinite && kind == CborKind.Break)
            {
                break;
            }

            if (kind != CborKind.Map || !TryReadRecord(ref reader) || !pack.EndRecord(sink.Arrival))
            {
                return false;
            }
        }

        return reader.IsAtEnd;
    }

    private bool TryReadRecord(ref CborReader reader)
    {
        pack.BeginRecord();
        long members = reader.Integer;
        for (long i = 0; i != members; i++)
        {
            CborKind kind = reader.Read();
            if (members == CborReader.Indefinite && kind == CborKind.Break)
            {
                return true;
            }

            SenmlLabel? label = kind switch
            {
                CborKind.Integer => reader.Integer is >= (int)SenmlLabel.BaseSum and <= (int)SenmlLabel.DataValue ? (SenmlLabel)reader.Integer : SenmlLabel.Other,
                CborKind.Text => SenmlPack.LabelOf(reader.Content),
                _ => null,
            };
            if (label is not { } known || !TryReadValue(ref reader, known))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadValue(ref CborReader reader, SenmlLabel label)
    {
        CborKind kind = reader.Read();
        switch (kind)
        {
            case CborKind.Integer:
                return label is SenmlLabel.Time or SenmlLabel.BaseTime ? TakeSeconds(label, reader.Integer) : pack.TakeNumber(label, reader.Integer);
            case CborKind.Number:
                return label is SenmlLabel.Time or SenmlLabel.BaseTime ? TakeSeconds(label, reader.Number) : pack.TakeNumber(label, reader.Number);
            case CborKind.Tag when reader.Integer == DecimalFraction:
                return TryReadFraction(ref reader, out double fraction)
                    && (label is SenmlLabel.Time or SenmlLabel.BaseTime ? TakeSeconds(label, fraction) : pack.TakeNumber(label, fraction));
            case CborKind.Text:
                return pack.TakeText(label, reader.Content);
            case CborKind.Bytes when label == SenmlLabel.DataValue:
                return pack.TakeText(label, default);
            case CborKind.Boolean:
                return pack.TakeBoolean(label, reader.Boolean);
            default:
                return label == SenmlLabel.Other && reader.Skip(kind);
        }
    }

    private bool TakeSeconds(SenmlLabel label, double seconds) =>
        Math.Abs(seconds) <= FarthestSeconds && pack.TakeTime(label, (long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    private static bool TryReadFraction(ref CborReader reader, out double value)
    {
        value = double.NaN;
        if (reader.Read() != CborKind.Array || reader.Integer != 2 || reader.Read() != CborKind.Integer || reader.Integer is < -300 or > 300)
        {
            return false;
        }

        int exponent = (int)reader.Integer;
        if (reader.Read() != CborKind.Integer)
        {
            return false;
        }

        // One division by an exact power rounds once, as writing the number in decimal would.
        value = exponent < 0 ? reader.Integer / Math.Pow(10, -exponent) : reader.Integer * Math.Pow(10, exponent);
        return true;
    }
}
