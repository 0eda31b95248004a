using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Records;

/// <summary>Finds the channel and the sensor of records that carry their own names: the first channel whose path matches takes a name.</summary>
internal sealed class RecordTaker(SourcePlan source, SourceLimits limits)
{
    /// <summary>What is known of a name in a topic; null where the topic has named too many.</summary>
    public KeyTable.Entry? Find(ReadOnlySpan<byte> name, Route route, ReadingSink sink)
    {
        KeyTable table = route.Keys ??= new KeyTable();
        ulong hash = ByteHash.Of(name);
        if (table.Find(0, name, hash) is { } known)
        {
            return known;
        }

        if (table.Count >= limits.KeysPerTopic)
        {
            return null;
        }

        sink.Remember();
        KeyTable.Entry entry = table.Add(0, name, hash);
        entry.Plan = PlanOf(Encoding.UTF8.GetString(name));
        return entry;
    }

    /// <summary>The channel that takes a name, or null.</summary>
    public ChannelPlan? PlanOf(string name)
    {
        ChannelPlan? plan = Array.Find(source.Channels, channel => channel.Records?.Matches(name) != false);
        return plan is { IsIgnored: false } ? plan : null;
    }

    /// <summary>Takes the value of a record; one that no channel wants is left out.</summary>
    public void Take(ReadOnlySpan<byte> name, double value, EventTime time, Route route, ReadingSink sink)
    {
        KeyTable.Entry? entry = Find(name, route, sink);
        if (entry is null)
        {
            sink.Reject(RejectReason.TooManySensors);
        }
        else if (entry.Plan is { } channel)
        {
            Take(entry, channel, value, time, sink);
        }
    }

    /// <summary>Takes the text of a record where its channel says what number it stands for.</summary>
    public void TakeText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, EventTime time, Route route, ReadingSink sink)
    {
        if (Find(name, route, sink) is { Plan: { } channel } entry && channel.TryGetValue(text, out double value))
        {
            Take(entry, channel, value, time, sink);
        }
    }

    private static void Take(KeyTable.Entry entry, ChannelPlan channel, double value, EventTime time, ReadingSink sink)
    {
        if (entry.Sensor == Route.Unknown)
        {
            entry.Sensor = sink.Take(channel, [SafeName.Levels(Encoding.UTF8.GetString(entry.Key))], value, time);
        }
        else
        {
            sink.Take(entry.Sensor, channel, value, time);
        }
    }
}
