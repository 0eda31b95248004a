using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>What a metric's value is.</summary>
internal enum SparkplugKind : byte
{
    None,
    Integer,
    Float,
    Double,
    Boolean,
    Text,
    Bytes,
}

/// <summary>One metric of a payload; names and texts stand in the payload.</summary>
internal record struct SparkplugValue
{
    public int NameStart;
    public int NameLength;
    public bool HasAlias;
    public ulong Alias;
    public ulong Timestamp;
    public int Datatype;
    public bool IsHistorical;
    public bool IsNull;
    public int Quality;
    public SparkplugKind Kind;
    public ulong Bits;
    public int TextStart;
    public int TextLength;
}

/// <summary>A Sparkplug B payload, read once and whole. Reused from payload to payload.</summary>
internal sealed class SparkplugMessage
{
    /// <summary>The quality of a value that may be used; also that of one without the property.</summary>
    public const int GoodQuality = 192;

    private readonly Buffer<SparkplugValue> metrics = new();

    /// <summary>Milliseconds since 1970, 0 for none.</summary>
    public ulong Timestamp { get; private set; }

    /// <summary>The sequence number, -1 for none.</summary>
    public int Sequence { get; private set; }

    public ReadOnlySpan<SparkplugValue> Metrics => metrics.Items;

    /// <summary>Reads a payload; false where it is no protobuf message of this shape.</summary>
    public bool TryRead(ReadOnlySpan<byte> payload)
    {
        metrics.Clear();
        Timestamp = 0;
        Sequence = -1;
        var reader = new ProtoReader(payload);
        while (reader.Read())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Varint):
                    Timestamp = reader.Bits;
                    break;
                case (2, WireType.Bytes):
                    ref SparkplugValue metric = ref metrics.Add();
                    metric = new SparkplugValue { Quality = GoodQuality };
                    if (!TryReadMetric(reader.Content, reader.Start, ref metric))
                    {
                        return false;
                    }

                    break;
                case (3, WireType.Varint):
                    Sequence = (int)(reader.Bits & 0xFF);
                    break;
            }
        }

        return reader.IsAtEnd;
    }

    private static bool TryReadMetric(ReadOnlySpan<byte> bytes, int offset, ref SparkplugValue metric)
    {
        var reader = new ProtoReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    metric.NameStart = offset + reader.Start;
                    metric.NameLength = (int)reader.Bits;
                    break;
                case (2, WireType.Varint):
                    metric.HasAlias = true;
                    metric.Alias = reader.Bits;
                    break;
                case (3, WireType.Varint):
                    metric.Timestamp = reader.Bits;
                    break;
                case (4, WireType.Varint):
                    metric.Datatype = (int)Math.Min(reader.Bits, 255);
                    break;
                case (5, WireType.Varint):
                    metric.IsHistorical = reader.Bits != 0;
                    break;
                case (7, WireType.Varint):
                    metric.IsNull = reader.Bits != 0;
                    break;
                case (9, WireType.Bytes):
                    if (!TryReadQuality(reader.Content, ref metric))
                    {
                        return false;
                    }

                    break;
                case (10 or 11, WireType.Varint):
                    (metric.Kind, metric.Bits) = (SparkplugKind.Integer, reader.Bits);
                    break;
                case (12, WireType.Fixed32):
                    (metric.Kind, metric.Bits) = (SparkplugKind.Float, reader.Bits);
                    break;
                case (13, WireType.Fixed64):
                    (metric.Kind, metric.Bits) = (SparkplugKind.Double, reader.Bits);
                    break;
                case (14, WireType.Varint):
                    (metric.Kind, metric.Bits) = (SparkplugKind.Boolean, reader.Bits);
                    break;
                case (15, WireType.Bytes):
                    metric.Kind = SparkplugKind.Text;
                    metric.TextStart = offset + reader.Start;
                    metric.TextLength = (int)reader.Bits;
                    break;
                case (16, WireType.Bytes):
                    metric.Kind = SparkplugKind.Bytes;
                    metric.TextStart = offset + reader.Start;
                    metric.TextLength = (int)reader.Bits;
                    break;
            }
        }

        return reader.IsAtEnd;
    }

    /// <summary>Finds the property Quality: keys and values are two lists in step.</summary>
    private static bool TryReadQuality(ReadOnlySpan<byte> properties, ref SparkplugValue metric)
    {
        int keys = 0;
        int quality = -1;
        var reader = new ProtoReader(properties);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Type == WireType.Bytes)
            {
                quality = reader.Content.SequenceEqual("Quality"u8) ? keys : quality;
                keys++;
            }
        }

        if (!reader.IsAtEnd || quality < 0)
        {
            return reader.IsAtEnd;
        }

        int values = 0;
        reader = new ProtoReader(properties);
        while (reader.Read())
        {
            if (reader.Field == 2 && reader.Type == WireType.Bytes && values++ == quality && !TryReadValue(reader.Content, ref metric))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> value, ref SparkplugValue metric)
    {
        var reader = new ProtoReader(value);
        while (reader.Read())
        {
            if (reader.Field is 3 or 4 && reader.Type == WireType.Varint)
            {
                metric.Quality = (int)Math.Min(reader.Bits, int.MaxValue);
            }
        }

        return reader.IsAtEnd;
    }
}
