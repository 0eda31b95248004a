using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using SensorPipeline.Formats.Arrays;
using SensorPipeline.Formats.Csv;
using SensorPipeline.Formats.Influx;
using SensorPipeline.Formats.Json;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.SenML;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Sparkplug;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Messages to readings. A known topic costs one look-up by its bytes; nothing is allocated for a reading. It belongs to one thread;
/// <see cref="Counters"/>, <see cref="ChannelOf"/> and <see cref="SeedOf"/> may be read from any.
/// </summary>
public sealed class ReadingDecoder : ISnapshot
{
    private readonly SourceLimits limits;
    private readonly RouteTable routes;
    private readonly ReadingSink sink;
    private readonly SparkplugNodes sparkplug;
    private SourceSet sources;
    private PayloadDecoder[] decoders;

    /// <summary>A decoder of compiled sources that adds the sensors it meets to <paramref name="names"/>.</summary>
    public ReadingDecoder(SourceSet sources, SensorNames names, SourceLimits limits)
    {
        this.limits = limits;
        this.sources = sources;
        routes = new RouteTable(limits.Topics);
        sink = new ReadingSink(names, limits, Counters);
        sparkplug = new SparkplugNodes(limits.Topics, limits.Sensors);
        decoders = [.. sources.Plans.Select(CreateDecoder)];
    }

    /// <summary>What was taken, rejected and adjusted since the process started.</summary>
    public DecodeCounters Counters { get; } = new();

    /// <summary>The path of the value that was rejected last in the message decoded last; empty for the whole message.</summary>
    public string LastRejectedPath => sink.RejectedChannel?.Path ?? "";

    /// <summary>Replaces the sources; sensors and counts stay.</summary>
    public void Use(SourceSet replacement)
    {
        sources = replacement;
        decoders = [.. replacement.Plans.Select(CreateDecoder)];
        Forget();
    }

    /// <summary>Adds what a message says to the end of a batch: sensors never seen before, each before its first reading, and readings.</summary>
    public DecodeOutcome Decode(in Message message, InputBatch batch)
    {
        sink.Begin(message, batch);
        if (message.Payload.Length > limits.PayloadBytes)
        {
            sink.Reject(RejectReason.Oversized);
            return Outcome(-1);
        }

        ulong hash = ByteHash.Of(message.Topic);
        Route route = routes.Find(message.Topic, hash) ?? AddRoute(message.Topic, hash);
        if (route.Source is not { } source)
        {
            sink.Reject(route.Refusal);
            return Outcome(-1);
        }

        if (route.Copies is { } copies && copies.Holds(message))
        {
            sink.Reject(RejectReason.Duplicate);
        }
        else if (message.Payload.IsEmpty)
        {
            sink.Reject(RejectReason.NoValue);
        }
        else if (sink.Take(route))
        {
            route.Decoder!.Decode(message.Payload, route, sink);
            Counters.Accept(sink.Accepted);
        }

        return Outcome(source.Origin);
    }

    /// <summary>What a format asks to be published by now, each once; only sources that allow it ask. For the decoder's thread.</summary>
    public bool TryTakeRequest(EventTime now, [NotNullWhen(true)] out CommandRequest? request) => sparkplug.TryTakeRequest(now, out request);

    /// <summary>One line for a log about a message from which something was rejected: why, where, and the first 80 bytes of the payload.</summary>
    public string Describe(in Message message, DecodeOutcome outcome) => RejectionText.Describe(message, outcome, LastRejectedPath);

    /// <summary>What was written about the channel a sensor comes from; null for one that has not reported since the start.</summary>
    public ChannelOptions? ChannelOf(int sensor) => sink.ChannelOf(sensor);

    /// <summary>The value the broker had stored of a sensor, where its source shows such values; null for none. From any thread.</summary>
    public (double Value, EventTime Time)? SeedOf(int sensor) => sink.SeedOf(sensor);

    /// <summary>Saves what later messages are understood by: the last values of sensors whose repeats are dropped, and the births of Sparkplug nodes.</summary>
    public void Save(SnapshotWriter writer)
    {
        sink.Save(writer);
        sparkplug.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        sink.Load(ref reader);
        sparkplug.Load(ref reader);
    }

    private DecodeOutcome Outcome(int source) => new(sink.Accepted, sink.Rejected, sink.Reason, source);

    private Route AddRoute(ReadOnlySpan<byte> topic, ulong hash)
    {
        if (routes.IsFull || sink.Remembered > limits.Topics)
        {
            Forget();
        }

        string text = Encoding.UTF8.GetString(topic);
        SourcePlan? source = sources.FindPlan(text, out string[] values);
        RejectReason refusal = source is null ? RejectReason.UnknownTopic : RejectReason.None;
        if (!Utf8.IsValid(topic))
        {
            (source, refusal) = (null, RejectReason.BadName);
        }

        var route = new Route
        {
            Text = text,
            Source = source,
            Decoder = source is null ? null : decoders[source.Index],
            Refusal = refusal,
            Values = values,
            Copies = CopiesOf(text),
            FirstSensor = sink.AddChannels(source?.Channels.Length ?? 0),
        };
        routes.Add(topic, hash, route);
        return route;
    }

    private Copies? CopiesOf(string topic)
    {
        int[] delivering = [.. sources.Filters.Where(filter => filter.Identifier != 0 && TopicFilter.Covers(filter.Filter, topic)).Select(filter => filter.Identifier)];
        return delivering.Length > 1 ? new Copies(delivering) : null;
    }

    private void Forget()
    {
        routes.Clear();
        sink.Forget();
    }

    private PayloadDecoder CreateDecoder(SourcePlan source) => source.Format switch
    {
        PayloadFormat.Json => new JsonDecoder(source, limits),
        PayloadFormat.SenmlJson => new SenmlJsonDecoder(source, limits),
        PayloadFormat.SenmlCbor => new SenmlCborDecoder(source, limits),
        PayloadFormat.Influx => new InfluxDecoder(source, limits),
        PayloadFormat.Sparkplug => new SparkplugDecoder(source, limits, sparkplug),
        PayloadFormat.Binary => new BinaryDecoder(source),
        PayloadFormat.Csv => new CsvDecoder(source),
        _ => new NumberDecoder(source),
    };
}
