using System.Runtime.CompilerServices;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// What has come and was not taken yet, always in one piece. It grows only when a packet has filled it, so nothing is reserved on the word of
/// a declared length, and a read brings no more than fits the processor's nearer caches with its index.
/// </summary>
internal sealed class ReceiveBuffer(Stream stream)
{
    private const int ReadLength = 64 << 10;

    private byte[] bytes = new byte[ReadLength];
    private int start;
    private int end;

    public ReadOnlySpan<byte> Unread => bytes.AsSpan(start, end - start);

    /// <summary>Bytes taken from the front of <see cref="Unread"/>; they stay where they are until the next read.</summary>
    public void Advance(int count) => start += count;

    /// <summary>Reads once; false at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadAsync()
    {
        int kept = end - start;
        if (kept == bytes.Length)
        {
            Array.Resize(ref bytes, kept * 2);
        }

        bytes.AsSpan(start, kept).CopyTo(bytes);
        (start, end) = (0, kept);
        int read = await stream.ReadAsync(bytes.AsMemory(kept, Math.Min(ReadLength, bytes.Length - kept)));
        end += read;
        return read > 0;
    }
}
