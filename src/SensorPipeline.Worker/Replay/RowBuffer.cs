namespace SensorPipeline.Worker.Replay;

/// <summary>Formats rows into one large buffer before a stream.</summary>
internal sealed class RowBuffer(Stream stream) : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    // Numbers, keys and punctuation of a row are shorter than this.
    private const int FixedBytes = 512;

    private byte[] buffer = new byte[BufferBytes];
    private int length;

    public void WriteCsv(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> sensor, in RowFields fields, ReadOnlySpan<byte> blame, bool withBlame)
    {
        Reserve(timestamp.Length + sensor.Length + blame.Length + FixedBytes);
        Put(timestamp);
        Put(","u8);
        Put(sensor);
        PutCell(fields.Value);
        PutCell(fields.Mean);
        PutCell(fields.StandardDeviation);
        PutCell(fields.TailProbability);
        PutCell(fields.Score);
        Put(fields.IsOutlier ? ",true"u8 : ",false"u8);
        Put(fields.Calibrated ? ",true"u8 : ",false"u8);
        if (withBlame)
        {
            Put(","u8);
            Put(blame);
        }

        Put("\n"u8);
    }

    public void WriteJson(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> sensor, in RowFields fields, ReadOnlySpan<byte> blame)
    {
        Reserve(timestamp.Length + sensor.Length + blame.Length + FixedBytes);
        Put("{\"timestamp\":\""u8);
        Put(timestamp);
        Put("\",\"sensor\":\""u8);
        Put(sensor);
        Put("\""u8);
        PutMember(",\"value\":"u8, fields.Value);
        PutMember(",\"mean\":"u8, fields.Mean);
        PutMember(",\"stddev\":"u8, fields.StandardDeviation);
        PutMember(",\"tail_probability\":"u8, fields.TailProbability);
        PutMember(",\"score\":"u8, fields.Score);
        Put(fields.IsOutlier ? ",\"is_outlier\":true"u8 : ",\"is_outlier\":false"u8);
        Put(fields.Calibrated ? ",\"calibrated\":true"u8 : ",\"calibrated\":false"u8);
        if (!blame.IsEmpty)
        {
            Put(",\"blame\":\""u8);
            Put(blame);
            Put("\""u8);
        }

        Put("}\n"u8);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        Put(bytes);
    }

    public void Flush()
    {
        stream.Write(buffer, 0, length);
        length = 0;
        stream.Flush();
    }

    public void Dispose()
    {
        Flush();
        stream.Dispose();
    }

    private void Reserve(int bytes)
    {
        if (length + bytes <= buffer.Length)
        {
            return;
        }

        stream.Write(buffer, 0, length);
        length = 0;
        if (bytes > buffer.Length)
        {
            buffer = new byte[bytes];
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void PutCell(double value)
    {
        buffer[length++] = (byte)',';
        PutNumber(value);
    }

    private void PutMember(ReadOnlySpan<byte> key, double value)
    {
        if (double.IsFinite(value))
        {
            Put(key);
            PutNumber(value);
        }
    }

    private void PutNumber(double value)
    {
        if (double.IsFinite(value))
        {
            length += ShortestNumber.Format(value, buffer.AsSpan(length));
        }
    }
}
