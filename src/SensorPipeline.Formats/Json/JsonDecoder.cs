using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Json;

/// <summary>The payload is a JSON text; values, time and conditions are found by pointer.</summary>
internal sealed class JsonDecoder(SourcePlan source, SourceLimits limits) : PayloadDecoder
{
    private const int LongestNumber = 512;

    private readonly JsonFindings findings = new(source.Layout);
    private readonly ChannelPlan[] fixedChannels = [.. source.Channels.Where(channel => channel.Slot >= 0 && !channel.IsIgnored)];
    private long message;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        payload = payload[0] == 0xEF && payload.StartsWith("\uFEFF"u8) ? payload[3..] : payload;
        findings.Clear();
        if (!JsonScanner.TryScan(payload, source.Layout.Root, findings))
        {
            sink.Reject(RejectReason.Malformed);
            return;
        }

        foreach (Condition condition in source.Conditions)
        {
            if (!condition.Allows(findings, payload))
            {
                sink.Reject(RejectReason.Filtered);
                return;
            }
        }

        if (source.CounterSlot >= 0 && IsRepeated(payload, route))
        {
            sink.Reject(RejectReason.Repeated);
            return;
        }

        EventTime time = source.TimeSlot < 0 ? sink.Arrival : ReadTime(payload, sink);
        foreach (ChannelPlan channel in fixedChannels)
        {
            JsonToken token = findings.Slots[channel.Slot];
            if (token.Kind == JsonKind.None)
            {
                sink.Adjust(Adjustment.MissingValue);
            }
            else if (token.Kind == JsonKind.Array && source.HasPeriod)
            {
                TakeSamples(token.In(payload), channel, time, sink);
            }
            else if (TryRead(token, payload, channel, sink, out double value))
            {
                sink.Take(channel, value, time);
            }
        }

        if (findings.Matches.Length > 0)
        {
            TakeMatches(payload, route, sink, time);
        }
    }

    /// <summary>Takes an array of numbers, which the scanner has found well formed, as samples one period apart.</summary>
    private void TakeSamples(ReadOnlySpan<byte> array, ChannelPlan channel, EventTime time, ReadingSink sink)
    {
        ReadOnlySpan<byte> items = array[1..^1];
        if (items.ContainsAny("[{\""u8) || NumberText.Trim(items).IsEmpty)
        {
            sink.Reject(RejectReason.Malformed, channel);
            return;
        }

        int count = items.Count((byte)',') + 1;
        for (int i = 0; i < count; i++)
        {
            int end = items.IndexOf((byte)',') is >= 0 and int comma ? comma : items.Length;
            NumberKind kind = NumberText.Read(items[..end], out double value);
            if (kind == NumberKind.Number)
            {
                sink.Take(channel, value, sink.Bound(source.Samples.At(time, i, count)));
            }
            else
            {
                sink.Reject(kind.Rejection(), channel);
            }

            items = items[Math.Min(end + 1, items.Length)..];
        }
    }

    private bool IsRepeated(ReadOnlySpan<byte> payload, Route route)
    {
        JsonToken token = findings.Slots[source.CounterSlot];
        bool written = token.Kind is JsonKind.Number or JsonKind.Text;
        long counter = written && DecimalText.TryParse(token.In(payload), out DecimalText number) ? (long)(number.Mantissa & long.MaxValue) : 0;
        bool repeated = route.Counter == counter;
        route.Counter = counter;
        return repeated;
    }

    private EventTime ReadTime(ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        JsonToken token = findings.Slots[source.TimeSlot];
        if (token.Kind is JsonKind.None or JsonKind.Null)
        {
            sink.Adjust(Adjustment.MissingTime);
            return sink.Arrival;
        }

        if (token.Kind is JsonKind.Number or JsonKind.Text && source.Times.TryRead(token.In(payload), out EventTime time))
        {
            return sink.Bound(time);
        }

        sink.Adjust(Adjustment.UnreadableTime);
        return sink.Arrival;
    }

    private static bool TryRead(in JsonToken token, ReadOnlySpan<byte> payload, ChannelPlan channel, ReadingSink sink, out double value)
    {
        ReadOnlySpan<byte> text = token.In(payload);
        if (token.Kind == JsonKind.Number)
        {
            return DecimalText.TryParse(text, out value);
        }

        value = double.NaN;
        NumberKind kind = token.Kind switch
        {
            JsonKind.Null => NumberKind.None,
            JsonKind.Text when !channel.TakesAnything => NumberText.Read(text, out value),
            _ => NumberKind.Text,
        };
        bool stands = token.Kind is JsonKind.Text or JsonKind.True or JsonKind.False or JsonKind.EscapedText;
        if (kind == NumberKind.Number || (stands && TryGetValue(token, text, channel, out value)))
        {
            return true;
        }

        if (!channel.TakesAnything)
        {
            sink.Reject(kind.Rejection(), channel);
        }

        return false;
    }

    private static bool TryGetValue(in JsonToken token, ReadOnlySpan<byte> text, ChannelPlan channel, out double value)
    {
        if (token.Kind != JsonKind.EscapedText || text.Length > LongestNumber)
        {
            return channel.TryGetValue(text, out value);
        }

        Span<byte> decoded = stackalloc byte[LongestNumber];
        decoded = decoded[..JsonEscapes.Decode(text, decoded)];
        return channel.TryGetValue(decoded, out value) || (!channel.TakesAnything && DecimalText.TryParse(decoded, out value));
    }

    private void TakeMatches(ReadOnlySpan<byte> payload, Route route, ReadingSink sink, EventTime time)
    {
        message++;
        KeyTable table = route.Keys ??= new KeyTable();
        Span<JsonMatch> matches = findings.Matches;
        int expected = 0;
        for (int i = 0; i < matches.Length; i++)
        {
            ref JsonMatch match = ref matches[i];
            match.Entry = source.Rules[match.Rule].IsIgnored ? KeyTable.None : FindOrAdd(table, match, expected, sink);
            if (match.Entry == KeyTable.None)
            {
                continue;
            }

            expected = match.Entry + 1;
            ref KeyTable.Entry entry = ref table[match.Entry];
            if (entry.Message == message)
            {
                // A key that occurs again replaces what it said before.
                matches[entry.Position].Token = match.Token;
                match.Entry = KeyTable.None;
                continue;
            }

            entry.Message = message;
            entry.Position = i;
        }

        foreach (ref readonly JsonMatch match in matches)
        {
            ChannelPlan channel = source.Rules[match.Rule];
            if (match.Entry != KeyTable.None && TryRead(match.Token, payload, channel, sink, out double value))
            {
                Take(table, match.Entry, channel, value, time, sink);
            }
        }
    }

    private int FindOrAdd(KeyTable table, in JsonMatch match, int expected, ReadingSink sink)
    {
        ReadOnlySpan<byte> key = findings.Keys.Slice(match.KeyStart, match.KeyLength);
        int known = table.Find(match.Rule, key, expected);
        if (known != KeyTable.None)
        {
            return known;
        }

        if (table.Count >= limits.KeysPerTopic)
        {
            sink.Reject(RejectReason.TooManySensors, source.Rules[match.Rule]);
            return KeyTable.None;
        }

        sink.Remember();
        return table.Add(match.Rule, key);
    }

    private static void Take(KeyTable table, int entry, ChannelPlan channel, double value, EventTime time, ReadingSink sink)
    {
        int sensor = table[entry].Sensor;
        if (sensor == Route.Unknown)
        {
            table[entry].Sensor = sink.Take(channel, KeysOf(table.KeyOf(entry)), value, time);
        }
        else
        {
            sink.Take(sensor, channel, value, time);
        }
    }

    private static string[] KeysOf(ReadOnlySpan<byte> key)
    {
        var keys = new List<string>();
        while (!key.IsEmpty)
        {
            int end = key.IndexOf(JsonFindings.KeyEnd);
            keys.Add(SafeName.Level(Encoding.UTF8.GetString(key[..end])));
            key = key[(end + 1)..];
        }

        return [.. keys];
    }
}
