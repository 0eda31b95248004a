using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Records;

/// <summary>Finds the channel and the sensor of records that carry their own names: the first channel whose path matches takes a name.</summary>
internal sealed class RecordTaker(SourcePlan source, SourceLimits limits)
{
    // The entry found last: the one after it is most likely the next.
    private int expected = KeyTable.None;

    /// <summary>The channel that takes a name, or null.</summary>
    public ChannelPlan? PlanOf(string name)
    {
        ChannelPlan? plan = Array.Find(source.Channels, channel => channel.Records?.Matches(name) != false);
        return plan is { IsIgnored: false } ? plan : null;
    }

    /// <summary>Takes the value of a record; one that no channel wants is left out.</summary>
    public void Take(ReadOnlySpan<byte> name, double value, EventTime time, Route route, ReadingSink sink)
    {
        int entry = Find(name, route, sink);
        if (entry == KeyTable.None)
        {
            sink.Reject(RejectReason.TooManySensors);
        }
        else if (route.Keys![entry].Plan is { } channel)
        {
            Take(route.Keys, entry, channel, value, time, sink);
        }
    }

    /// <summary>Takes the text of a record where its channel says what number it stands for.</summary>
    public void TakeText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, EventTime time, Route route, ReadingSink sink)
    {
        int entry = Find(name, route, sink);
        if (entry != KeyTable.None && route.Keys![entry].Plan is { } channel && channel.TryGetValue(text, out double value))
        {
            Take(route.Keys, entry, channel, value, time, sink);
        }
    }

    private int Find(ReadOnlySpan<byte> name, Route route, ReadingSink sink)
    {
        KeyTable table = route.Keys ??= new KeyTable();
        expected = table.Find(0, name, expected + 1 < table.Count ? expected + 1 : 0);
        if (expected == KeyTable.None && table.Count < limits.KeysPerTopic)
        {
            sink.Remember();
            expected = table.Add(0, name);
            table[expected].Plan = PlanOf(Encoding.UTF8.GetString(name));
        }

        return expected;
    }

    private static void Take(KeyTable table, int entry, ChannelPlan channel, double value, EventTime time, ReadingSink sink)
    {
        int sensor = table[entry].Sensor;
        if (sensor == Route.Unknown)
        {
            table[entry].Sensor = sink.Take(channel, [SafeName.Levels(Encoding.UTF8.GetString(table.KeyOf(entry)))], value, time);
        }
        else
        {
            sink.Take(sensor, channel, value, time);
        }
    }
}
