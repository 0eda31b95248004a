using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// The texts of recent timestamps by instant: what a row about a whole frame needs to repeat the timestamp as it was given, since a
/// frame may close batches after its readings were read. An instant that is not remembered is written in the style of the latest one.
/// 16,384 instants of up to 48 bytes, about 1 MB.
/// </summary>
public sealed class TimestampMemory
{
    private const int Slots = 1 << 14;
    private const int SlotBytes = 48;

    private readonly long[] instants = new long[Slots];
    private readonly byte[] lengths = new byte[Slots];
    private readonly byte[] texts = new byte[Slots * SlotBytes];
    private TimestampStyle style;

    /// <summary>Remembers how an instant was written.</summary>
    public void Remember(EventTime time, ReadOnlySpan<byte> text, TimestampStyle textStyle)
    {
        style = textStyle;
        int slot = SlotOf(time);
        instants[slot] = time.Ticks;
        lengths[slot] = text.Length <= SlotBytes ? (byte)text.Length : (byte)0;
        if (text.Length <= SlotBytes)
        {
            text.CopyTo(texts.AsSpan(slot * SlotBytes));
        }
    }

    /// <summary>Writes an instant as it was given; returns the number of bytes, at most <see cref="TimestampStyle.MaxLength"/>.</summary>
    public int Format(EventTime time, Span<byte> text)
    {
        int slot = SlotOf(time);
        if (instants[slot] != time.Ticks || lengths[slot] == 0)
        {
            return style.Format(time.Ticks, text);
        }

        texts.AsSpan(slot * SlotBytes, lengths[slot]).CopyTo(text);
        return lengths[slot];
    }

    // Fibonacci hashing: consecutive instants of any step spread over all slots.
    private static int SlotOf(EventTime time) => (int)((ulong)time.Ticks * 0x9E3779B97F4A7C15UL >> (64 - 14));
}
