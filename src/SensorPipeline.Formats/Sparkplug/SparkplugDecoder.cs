using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Records;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>
/// Sparkplug B 3.0. Births say what a node's aliases mean; data without a birth cannot be understood and is rejected, and a rebirth is asked
/// for where the source allows it. A value of a birth is a reading unless it was read before.
/// </summary>
internal sealed class SparkplugDecoder(SourcePlan source, SourceLimits limits, SparkplugNodes nodes) : PayloadDecoder
{
    private const int ShortName = 256;

    private readonly SparkplugMessage message = new();
    private readonly RecordTaker taker = new(source, limits);

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        var topic = route.State as SparkplugTopic;
        route.State = topic ??= SparkplugTopic.Parse(route.Text);
        if (topic.Kind == SparkplugMessageKind.Other)
        {
            sink.Reject(RejectReason.Filtered);
        }
        else if (!message.TryRead(payload))
        {
            sink.Reject(RejectReason.Malformed);
        }
        else if (nodes.Find(topic.Group, topic.Node) is { } node)
        {
            Take(topic, node, payload, sink);
        }
        else
        {
            sink.Reject(RejectReason.TooManySensors);
        }
    }

    private void Take(SparkplugTopic topic, SparkplugNode node, ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        switch (topic.Kind)
        {
            case SparkplugMessageKind.NodeDeath:
                End(node, payload, sink);
                return;
            case SparkplugMessageKind.NodeBirth:
                nodes.End(node);
                node.BirthSequence = FindBirthSequence(payload);
                break;
            default:
                CheckSequence(node, sink);
                break;
        }

        node.Sequence = message.Sequence;
        if (topic.Kind == SparkplugMessageKind.DeviceDeath)
        {
            Lose(node, topic.Device, sink);
            return;
        }

        foreach (ref readonly SparkplugValue value in message.Metrics)
        {
            if (FindMetric(topic, node, value, payload, sink) is { } metric)
            {
                Take(metric, value, topic.IsBirth, payload, sink);
            }
        }
    }

    private void End(SparkplugNode node, ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        // The will of a connection that has been replaced may arrive after the new birth.
        if (FindBirthSequence(payload) == node.BirthSequence)
        {
            nodes.End(node);
            Lose(node, null, sink);
        }
    }

    private void Lose(SparkplugNode node, string? device, ReadingSink sink)
    {
        foreach (SparkplugMetric metric in node.Metrics)
        {
            if ((device is null || metric.Device == device) && PlanOf(metric) is { } channel)
            {
                sink.Lose(channel, [SafeName.Levels(metric.FullName)]);
            }
        }
    }

    private ChannelPlan? PlanOf(SparkplugMetric metric)
    {
        if (metric.Source != source)
        {
            (metric.Source, metric.Plan, metric.Sensor) = (source, taker.PlanOf(metric.FullName), Route.Unknown);
        }

        return metric.Plan;
    }

    private long FindBirthSequence(ReadOnlySpan<byte> payload)
    {
        foreach (ref readonly SparkplugValue value in message.Metrics)
        {
            if (payload.Slice(value.NameStart, value.NameLength).SequenceEqual("bdSeq"u8))
            {
                return (long)(value.Bits & long.MaxValue);
            }
        }

        return -1;
    }

    private void CheckSequence(SparkplugNode node, ReadingSink sink)
    {
        if (node.Sequence >= 0 && message.Sequence >= 0 && message.Sequence != ((node.Sequence + 1) & 0xFF))
        {
            sink.Adjust(Adjustment.SequenceGap);
            AskForRebirth(node, sink);
        }
    }

    private SparkplugMetric? FindMetric(SparkplugTopic topic, SparkplugNode node, in SparkplugValue value, ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        if (!topic.IsBirth && value is { HasAlias: true, NameLength: 0 })
        {
            if (node.Aliases.TryGetValue(value.Alias, out SparkplugMetric? aliased))
            {
                return aliased;
            }

            sink.Reject(RejectReason.UnknownAlias);
            AskForRebirth(node, sink);
            return null;
        }

        if (value.NameLength == 0)
        {
            sink.Reject(RejectReason.BadName);
            return null;
        }

        SparkplugMetric? metric = FindNamed(topic, node, value, payload);
        bool kept = metric is not null && (!topic.IsBirth || !value.HasAlias || nodes.TryName(node, value.Alias, metric));
        if (!kept)
        {
            sink.Reject(RejectReason.TooManySensors);
        }

        return kept ? metric : null;
    }

    private SparkplugMetric? FindNamed(SparkplugTopic topic, SparkplugNode node, in SparkplugValue value, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> utf8 = payload.Slice(value.NameStart, value.NameLength);
        Span<char> name = utf8.Length <= ShortName ? stackalloc char[utf8.Length] : new char[utf8.Length];
        SparkplugMetric? metric = nodes.Find(node, topic.Device, name[..Encoding.UTF8.GetChars(utf8, name)]);
        if (metric is not null && value.Datatype > 0)
        {
            metric.Datatype = value.Datatype;
        }

        return metric;
    }

    private void Take(SparkplugMetric metric, in SparkplugValue value, bool isBirth, ReadOnlySpan<byte> payload, ReadingSink sink)
    {
        if (PlanOf(metric) is not { } channel || value.IsNull || value.Kind == SparkplugKind.None)
        {
            return;
        }

        bool isArray = value.Kind == SparkplugKind.Bytes && SparkplugArray.IsArray(metric.Datatype);
        double number = double.NaN;
        if (!isArray && !TryGetNumber(metric, value, payload, channel, out number))
        {
            // An integer whose datatype nobody has told could be of either sign.
            if (value.Kind == SparkplugKind.Integer && metric.Datatype == 0)
            {
                sink.Reject(RejectReason.UnknownAlias, channel);
            }

            return;
        }

        ulong stamp = value.Timestamp > 0 ? value.Timestamp : message.Timestamp;
        RejectReason reason = value.IsHistorical ? RejectReason.Historical
            : value.Quality != SparkplugMessage.GoodQuality ? RejectReason.BadQuality
            : isBirth && stamp > 0 && stamp == metric.Timestamp ? RejectReason.Repeated
            : RejectReason.None;
        if (reason != RejectReason.None)
        {
            sink.Reject(reason, channel);
            return;
        }

        metric.Timestamp = stamp;
        EventTime time = TimeOf(stamp, sink);
        if (isArray)
        {
            TakeArray(metric, channel, payload.Slice(value.TextStart, value.TextLength), time, sink);
        }
        else
        {
            Take(metric, channel, number, time, sink);
        }
    }

    // Several samples of one time cannot be told apart, so an array needs the source's period.
    private void TakeArray(SparkplugMetric metric, ChannelPlan channel, ReadOnlySpan<byte> bytes, EventTime time, ReadingSink sink)
    {
        if (!SparkplugArray.TryRead(metric.Datatype, bytes, source.Sparkplug.BigEndianArrays, out SparkplugArray samples) || (samples.Count > 1 && !source.HasPeriod))
        {
            sink.Reject(RejectReason.Malformed, channel);
            return;
        }

        for (int i = 0; i < samples.Count; i++)
        {
            Take(metric, channel, samples[i], sink.Bound(source.Samples.At(time, i, samples.Count)), sink);
        }
    }

    private static void Take(SparkplugMetric metric, ChannelPlan channel, double number, EventTime time, ReadingSink sink)
    {
        if (metric.Sensor == Route.Unknown)
        {
            metric.Sensor = sink.Take(channel, [SafeName.Levels(metric.FullName)], number, time);
        }
        else
        {
            sink.Take(metric.Sensor, channel, number, time);
        }
    }

    private static bool TryGetNumber(SparkplugMetric metric, in SparkplugValue value, ReadOnlySpan<byte> payload, ChannelPlan channel, out double number)
    {
        number = value.Kind switch
        {
            SparkplugKind.Float => BitConverter.UInt32BitsToSingle((uint)value.Bits),
            SparkplugKind.Double => BitConverter.UInt64BitsToDouble(value.Bits),
            _ => SparkplugMetric.Number(metric.Datatype, value.Bits),
        };
        return value.Kind switch
        {
            SparkplugKind.Integer => SparkplugMetric.IsInteger(metric.Datatype),
            SparkplugKind.Boolean => channel.TryGetValue(value.Bits != 0 ? "true"u8 : "false"u8, out number),
            SparkplugKind.Bytes => false,
            SparkplugKind.Text => channel.TryGetValue(payload.Slice(value.TextStart, value.TextLength), out number),
            _ => true,
        };
    }

    private static EventTime TimeOf(ulong milliseconds, ReadingSink sink)
    {
        const ulong latest = 253_402_300_799_999;
        if (milliseconds is > 0 and <= latest)
        {
            return sink.Bound(EventTime.FromUnixMilliseconds((long)milliseconds));
        }

        sink.Adjust(milliseconds == 0 ? Adjustment.MissingTime : Adjustment.UnreadableTime);
        return sink.Arrival;
    }

    private void AskForRebirth(SparkplugNode node, ReadingSink sink)
    {
        if (source.Sparkplug.RequestRebirth)
        {
            nodes.AskForBirth(node, sink.Arrival);
        }
    }
}
