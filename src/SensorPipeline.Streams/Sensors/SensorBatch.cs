using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>What the sensor kernel made of one batch of inputs.</summary>
public sealed class SensorBatch : IBatch
{
    /// <summary>One a reading, in order.</summary>
    public Buffer<Judgement> Judgements { get; } = new();

    /// <summary>Events of sensors, in order.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>Sensors that entered, in order.</summary>
    public Buffer<AddedSensor> Added { get; } = new();

    /// <summary>The names of all sensors.</summary>
    public SensorNames Names { get; set; } = new();

    /// <summary>The sequence number at which the recording ended, if it did in this batch.</summary>
    public long? EndsAt { get; set; }

    /// <inheritdoc/>
    public void Clear()
    {
        Judgements.Clear();
        Events.Clear();
        Added.Clear();
        EndsAt = null;
    }
}
