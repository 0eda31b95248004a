using System.Runtime.InteropServices;

namespace SensorPipeline.Streams.Inputs;

/// <summary>What an <see cref="Input"/> says. The numbers are part of the input log's format.</summary>
public enum InputKind : byte
{
    /// <summary>A sensor's value at an event time.</summary>
    Reading = 1,

    /// <summary>A sensor seen for the first time; the batch holds its name.</summary>
    SensorAdded = 2,

    /// <summary>The service's clock moved on to <see cref="Input.Arrival"/>: silence and staleness are judged against it.</summary>
    Tick = 3,

    /// <summary>A connection to the broker began; de-duplication depends on whether its session was resumed.</summary>
    ConnectionEpoch = 4,

    /// <summary>The graph's options changed; the batch holds them as UTF-8 JSON.</summary>
    OptionsChanged = 5,

    /// <summary>Nothing more will come: open frames close.</summary>
    End = 6,

    /// <summary>A sensor has stopped by its device's own word, so that nobody has to wait for its readings to stay away.</summary>
    SensorLost = 7,
}

/// <summary>
/// One thing that can change the state of the graph. The graph is a function of its inputs in sequence and of nothing else,
/// so the log of inputs is what a recovery and a replay read. 40 bytes, no references.
/// The order of the members is the input log's format on disk.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 40)]
public readonly record struct Input
{
    /// <summary>What this input says.</summary>
    public required InputKind Kind { get; init; }

    /// <summary>The sensor's index, for readings, and sensors that are new or lost.</summary>
    public int Sensor { get; init; }

    /// <summary>When the reading was taken, on the data's clock.</summary>
    public EventTime Time { get; init; }

    /// <summary>When the input reached the service, on the service's clock.</summary>
    public EventTime Arrival { get; init; }

    /// <summary>The reading's finite value. SensorAdded: how many bytes of unit stand behind the name.</summary>
    public double Value { get; init; }

    /// <summary>
    /// Reading: the <see cref="DeliveryKey"/> it came with. SensorAdded and OptionsChanged: where their text stands in the batch.
    /// ConnectionEpoch: 1 when the broker resumed the session, else 0.
    /// </summary>
    public ulong Key { get; init; }
}
