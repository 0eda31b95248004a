using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>What MQTT asks of its strings: well-formed UTF-8 without the null character; of topic names also no wildcard.</summary>
internal static class Utf8Text
{
    public static bool IsText(ReadOnlySpan<byte> text) => Utf8.IsValid(text) && !text.Contains((byte)0);

    /// <summary>Whether these bytes can be a topic name of a message.</summary>
    public static bool IsTopicName(ReadOnlySpan<byte> topic) =>
        topic.Length >= Vector128<byte>.Count ? IsTopicNameWide(topic) : IsTopicNameSlow(topic);

    // One pass sees non-ASCII, the null character and both wildcards; the last block overlaps the one before it.
    private static bool IsTopicNameWide(ReadOnlySpan<byte> topic)
    {
        ref byte start = ref MemoryMarshal.GetReference(topic);
        nuint last = (nuint)(topic.Length - Vector128<byte>.Count);
        Vector128<byte> suspicious = Suspicious(ref start, last);
        for (nuint i = 0; i < last; i += (nuint)Vector128<byte>.Count)
        {
            suspicious |= Suspicious(ref start, i);
        }

        return suspicious == Vector128<byte>.Zero || IsTopicNameSlow(topic);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Suspicious(ref byte start, nuint offset)
    {
        Vector128<byte> block = Vector128.LoadUnsafe(ref start, offset);
        return Vector128.Equals(block, Vector128<byte>.Zero)
            | Vector128.Equals(block, Vector128.Create((byte)'+'))
            | Vector128.Equals(block, Vector128.Create((byte)'#'))
            | (block & Vector128.Create((byte)0x80));
    }

    private static bool IsTopicNameSlow(ReadOnlySpan<byte> topic) =>
        topic.Length > 0 && Utf8.IsValid(topic) && topic.IndexOfAny((byte)0, (byte)'+', (byte)'#') < 0;
}
