using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Decoding;

/// <summary>What is known of one topic: the source that takes it, and the sensors its payloads feed.</summary>
internal sealed class Route
{
    /// <summary>No sensor yet.</summary>
    public const int Unknown = -1;

    private const int FirstRefusal = -2;

    /// <summary>The topic.</summary>
    public required string Text { get; init; }

    /// <summary>The source that takes the topic, or null.</summary>
    public required SourcePlan? Source { get; init; }

    /// <summary>What reads its payloads, or null.</summary>
    public required PayloadDecoder? Decoder { get; init; }

    /// <summary>Why no source takes it.</summary>
    public required RejectReason Refusal { get; init; }

    /// <summary>What the source's placeholders stand for.</summary>
    public required string[] Values { get; init; }

    /// <summary>What finds copies of its messages, or null where one filter alone delivers them.</summary>
    public required Copies? Copies { get; init; }

    /// <summary>Where the sink keeps the sensors of its channels.</summary>
    public required int FirstSensor { get; init; }

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
