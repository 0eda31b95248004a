using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Decoding;

/// <summary>What is known of one topic: the source that takes it, and the sensors its payloads feed.</summary>
internal sealed class Route
{
    /// <summary>No sensor yet.</summary>
    public const int Unknown = -1;

    private const int FirstRefusal = -2;

    public Route(byte[] topic, string text, SourcePlan? source, PayloadDecoder? decoder, string[] values, int subscription, RejectReason refusal)
    {
        Topic = topic;
        Text = text;
        Source = source;
        Decoder = decoder;
        Values = values;
        Subscription = subscription;
        Refusal = refusal;
        Sensors = source is null ? [] : new int[source.Channels.Length];
        Sensors.AsSpan().Fill(Unknown);
    }

    /// <summary>The topic, UTF-8.</summary>
    public byte[] Topic { get; }

    /// <summary>The topic.</summary>
    public string Text { get; }

    /// <summary>The source that takes the topic, or null.</summary>
    public SourcePlan? Source { get; }

    /// <summary>What reads its payloads, or null.</summary>
    public PayloadDecoder? Decoder { get; }

    /// <summary>Why no source takes it.</summary>
    public RejectReason Refusal { get; }

    /// <summary>What the source's placeholders stand for.</summary>
    public string[] Values { get; }

    /// <summary>The first filter that delivers the topic, counted from 1.</summary>
    public int Subscription { get; }

    /// <summary>For each channel the index of its sensor, <see cref="Unknown"/>, or a refusal.</summary>
    public int[] Sensors { get; }

    /// <summary>The sensors of values that payloads name themselves.</summary>
    public KeyTable? Keys { get; set; }

    /// <summary>What a format keeps of the topic.</summary>
    public object? State { get; set; }

    /// <summary>The counter of the last message, or -1.</summary>
    public long Counter { get; set; } = -1;

    /// <summary>What stands for a sensor that was refused for good.</summary>
    public static int Refused(RejectReason reason) => FirstRefusal - (int)reason;

    /// <summary>Why a sensor was refused.</summary>
    public static RejectReason RefusalOf(int sensor) => (RejectReason)(FirstRefusal - sensor);
}
