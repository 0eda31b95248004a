using System.Text;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>Topic names and topic filters: what is valid, what matches, what overlaps. All take UTF-8.</summary>
public static class TopicFilter
{
    private const int MaximumLength = 65535;

    /// <summary>Whether a message can be published to this topic: 1 to 65,535 bytes of UTF-8 without wildcards and null characters.</summary>
    public static bool IsTopicName(ReadOnlySpan<byte> topic) => topic.Length <= MaximumLength && Utf8Text.IsTopicName(topic);

    /// <inheritdoc cref="IsTopicName(ReadOnlySpan{byte})"/>
    public static bool IsTopicName(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return TryEncode(topic, out byte[] bytes) && IsTopicName(bytes);
    }

    /// <summary>Whether this can be subscribed to: <c>+</c> alone in a level, <c>#</c> alone in the last.</summary>
    public static bool IsFilter(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || filter.Length > MaximumLength || !Utf8Text.IsText(filter))
        {
            return false;
        }

        for (bool more = true; more;)
        {
            ReadOnlySpan<byte> level = TakeLevel(ref filter, out more);
            bool wildcard = level.IndexOfAny((byte)'+', (byte)'#') >= 0;
            if (wildcard && (level.Length != 1 || (level[0] == '#' && more)))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc cref="IsFilter(ReadOnlySpan{byte})"/>
    public static bool IsFilter(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return TryEncode(filter, out byte[] bytes) && IsFilter(bytes);
    }

    /// <summary>Whether a valid filter takes a valid topic. A wildcard in front does not take topics that begin with <c>$</c>.</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic is [(byte)'$', ..] && filter is [(byte)'+' or (byte)'#', ..])
        {
            return false;
        }

        while (true)
        {
            ReadOnlySpan<byte> wanted = TakeLevel(ref filter, out bool moreFilter);
            if (wanted is [(byte)'#'])
            {
                return true;
            }

            ReadOnlySpan<byte> level = TakeLevel(ref topic, out bool moreTopic);
            if (wanted is not [(byte)'+'] && !wanted.SequenceEqual(level))
            {
                return false;
            }

            if (!moreTopic)
            {
                // The parent level belongs to a trailing "#" too.
                return !moreFilter || filter is [(byte)'#'];
            }

            if (!moreFilter)
            {
                return false;
            }
        }
    }

    /// <inheritdoc cref="Matches(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Matches(string filter, string topic) => Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic));

    /// <summary>Whether some topic is taken by both filters.</summary>
    public static bool Overlaps(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if ((first is [(byte)'$', ..] && second is [(byte)'+' or (byte)'#', ..]) || (second is [(byte)'$', ..] && first is [(byte)'+' or (byte)'#', ..]))
        {
            return false;
        }

        // What the levels so far have in common could be the empty topic, which does not exist.
        bool empty = true;
        while (true)
        {
            ReadOnlySpan<byte> one = TakeLevel(ref first, out bool moreFirst);
            ReadOnlySpan<byte> other = TakeLevel(ref second, out bool moreSecond);
            if (one is [(byte)'#'] || other is [(byte)'#'])
            {
                return true;
            }

            if (one is not [(byte)'+'] && other is not [(byte)'+'] && !one.SequenceEqual(other))
            {
                return false;
            }

            empty &= one.IsEmpty || other.IsEmpty;
            if (!moreFirst || !moreSecond)
            {
                return !empty && (!moreFirst || first is [(byte)'#']) && (!moreSecond || second is [(byte)'#']);
            }

            empty = false;
        }
    }

    /// <inheritdoc cref="Overlaps(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Overlaps(string first, string second) => Overlaps(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second));

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> rest, out bool more)
    {
        int slash = rest.IndexOf((byte)'/');
        more = slash >= 0;
        ReadOnlySpan<byte> level = more ? rest[..slash] : rest;
        rest = more ? rest[(slash + 1)..] : default;
        return level;
    }

    // A lone surrogate has no UTF-8 form and would otherwise be replaced silently.
    private static bool TryEncode(string text, out byte[] bytes)
    {
        bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        bool valid = System.Text.Unicode.Utf8.FromUtf16(text, bytes, out _, out int written, replaceInvalidSequences: false)
            == System.Buffers.OperationStatus.Done;
        bytes = valid ? bytes[..written] : [];
        return valid;
    }
}
