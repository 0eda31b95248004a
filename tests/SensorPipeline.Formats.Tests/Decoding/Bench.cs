using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Decoding;

/// <summary>A decoder on the bench: messages in as text, readings out by name.</summary>
internal sealed class Bench
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly InputBatch batch = new();

    public Bench(params SourceOptions[] sources)
        : this(new SourceLimits(), sources)
    {
    }

    public Bench(SourceLimits limits, params SourceOptions[] sources)
    {
        Sources = SourceSet.Compile(sources, limits, out IReadOnlyList<SourceFault> faults);
        Assert.Empty(faults);
        Decoder = new ReadingDecoder(Sources, Names, limits);
    }

    public SourceSet Sources { get; }

    public SensorNames Names { get; } = new();

    public ReadingDecoder Decoder { get; }

    public DecodeOutcome Outcome { get; private set; }

    public DateTimeOffset Arrival { get; set; } = Noon;

    public DeliveryKey Key { get; set; }

    /// <summary>The inputs of the message decoded last.</summary>
    public ReadOnlySpan<Input> Inputs => batch.Inputs;

    public IReadOnlyList<Sample> Decode(string topic, string payload, bool retained = false) => Decode(topic, Encoding.UTF8.GetBytes(payload), retained);

    public IReadOnlyList<Sample> Decode(string topic, byte[] payload, bool retained = false, int[]? subscriptions = null) =>
        Decode(Encoding.UTF8.GetBytes(topic), payload, retained, subscriptions);

    public IReadOnlyList<Sample> Decode(byte[] topic, byte[] payload, bool retained = false, int[]? subscriptions = null)
    {
        batch.Clear();
        var message = new Message
        {
            Topic = topic,
            Payload = payload,
            Arrival = EventTime.From(Arrival),
            Retained = retained,
            Subscriptions = subscriptions,
            Key = Key,
        };
        Outcome = Decoder.Decode(message, batch);
        var samples = new List<Sample>();
        foreach (Input input in batch.Inputs)
        {
            if (input.Kind == InputKind.Reading)
            {
                samples.Add(new Sample(Names[input.Sensor], input.Value, input.Time));
            }
        }

        Assert.Equal(samples.Count, Outcome.Accepted);
        return samples;
    }

    /// <summary>What a thousand decodings of a message allocate.</summary>
    public long BytesAllocatedBy(string topic, byte[] payload, bool retained = false)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(topic);
        return SteadyState.BytesAllocatedBy(() =>
        {
            batch.Clear();
            Decoder.Decode(new Message { Topic = utf8, Payload = payload, Arrival = EventTime.From(Arrival), Retained = retained }, batch);
        });
    }

    /// <summary>The one value of a message.</summary>
    public double Value(string topic, string payload) => Assert.Single(Decode(topic, payload)).Value;

    /// <summary>Why a message gave no reading.</summary>
    public RejectReason Rejection(string topic, string payload, bool retained = false)
    {
        Assert.Empty(Decode(topic, payload, retained));
        return Outcome.Reason;
    }
}

internal sealed record Sample(string Sensor, double Value, EventTime Time);
