using System.Text;
using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// Consecutive inputs that travel together. How many share a batch follows from how bytes arrive and never changes a result.
/// A batch is filled by one thread, handed over whole, and reused after <see cref="Clear"/>.
/// </summary>
public sealed class InputBatch : IBatch
{
    private readonly Buffer<Input> inputs = new();
    private readonly Buffer<byte> text = new();

    /// <summary>The sequence number of the first input; the input log assigns it.</summary>
    public long FirstSequence { get; set; }

    /// <summary>The inputs in order; number i has sequence <see cref="FirstSequence"/> + i.</summary>
    public ReadOnlySpan<Input> Inputs => inputs.Items;

    /// <summary>The texts that inputs of this batch refer to, one behind the other.</summary>
    public ReadOnlySpan<byte> Text => text.Items;

    /// <summary>How many inputs the batch holds.</summary>
    public int Count => inputs.Count;

    /// <summary>Adds a reading. The caller has made sure that <paramref name="value"/> is finite and <paramref name="sensor"/> known.</summary>
    public void AddReading(int sensor, EventTime time, EventTime arrival, double value, DeliveryKey key = default) =>
        inputs.Add() = new Input { Kind = InputKind.Reading, Sensor = sensor, Time = time, Arrival = arrival, Value = value, Key = key.Bits };

    /// <summary>Adds the introduction of a sensor and of the unit it reports in; its index is the number of sensors introduced before it.</summary>
    public void AddSensor(int sensor, string name, EventTime arrival, string? unit = null) =>
        inputs.Add() = new Input { Kind = InputKind.SensorAdded, Sensor = sensor, Arrival = arrival, Key = Append(name), Value = (uint)Append(unit ?? "") };

    /// <summary>Adds that a sensor has stopped by its device's own word.</summary>
    public void AddSensorLost(int sensor, EventTime arrival) =>
        inputs.Add() = new Input { Kind = InputKind.SensorLost, Sensor = sensor, Arrival = arrival };

    /// <summary>Adds a movement of the service's clock.</summary>
    public void AddTick(EventTime now) => inputs.Add() = new Input { Kind = InputKind.Tick, Arrival = now };

    /// <summary>Adds the begin of a connection.</summary>
    public void AddConnectionEpoch(bool sessionResumed, EventTime arrival) =>
        inputs.Add() = new Input { Kind = InputKind.ConnectionEpoch, Arrival = arrival, Key = sessionResumed ? 1UL : 0 };

    /// <summary>Adds a change of the graph's options, as JSON.</summary>
    public void AddOptions(string json, EventTime arrival) =>
        inputs.Add() = new Input { Kind = InputKind.OptionsChanged, Arrival = arrival, Key = Append(json) };

    /// <summary>Adds the end of a recording.</summary>
    public void AddEnd(EventTime now) => inputs.Add() = new Input { Kind = InputKind.End, Arrival = now };

    /// <summary>The text an input of this batch refers to: the name of a new sensor, or options.</summary>
    public string TextOf(in Input input) => Encoding.UTF8.GetString(Text.Slice((int)(input.Key >> 32), (int)(uint)input.Key));

    /// <summary>The unit that a new sensor reports in, which stands behind its name; empty where it is not known.</summary>
    public string UnitOf(in Input added) => Encoding.UTF8.GetString(Text.Slice((int)(added.Key >> 32) + (int)(uint)added.Key, (int)added.Value));

    /// <summary>Copies inputs of another batch to the end of this one, with the texts they refer to.</summary>
    public void Append(InputBatch source, int start, int count)
    {
        foreach (ref readonly Input input in source.Inputs.Slice(start, count))
        {
            inputs.Add() = input.Kind switch
            {
                InputKind.SensorAdded => input with { Key = Append(source.TextOf(input)), Value = (uint)Append(source.UnitOf(input)) },
                InputKind.OptionsChanged => input with { Key = Append(source.TextOf(input)) },
                _ => input,
            };
        }
    }

    /// <summary>Replaces the content by inputs and texts as another batch held them: how a log is read back.</summary>
    public void Restore(long firstSequence, ReadOnlySpan<Input> stored, ReadOnlySpan<byte> storedText)
    {
        Clear();
        FirstSequence = firstSequence;
        inputs.AddRange(stored);
        text.AddRange(storedText);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        inputs.Clear();
        text.Clear();
        FirstSequence = 0;
    }

    private ulong Append(string value)
    {
        int offset = text.Count;
        int length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, text.AddSpan(length));
        return ((ulong)offset << 32) | (uint)length;
    }
}
