using System.Text.Json;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// Writes what only the scenario knows as JSON lines, told apart by <c>kind</c>: one <c>scenario</c> (<c>name seed start</c>), an <c>outlier</c> a spoilt
/// reading (<c>id sensor time value</c>; readings of one event share the id), and a <c>truth</c> a quantity and interval (<c>quantity time value</c>).
/// </summary>
public sealed class TruthRecorder : IDisposable
{
    private readonly Stream stream;
    private readonly Utf8JsonWriter writer;
    private readonly Scenario scenario;
    private readonly EventTime start;
    private TimeSpan nextTruth;

    /// <summary>Writes to a stream, which is disposed of with the recorder.</summary>
    public TruthRecorder(Stream stream, Scenario scenario, EventTime start)
    {
        this.stream = stream;
        this.scenario = scenario;
        this.start = start;
        writer = new Utf8JsonWriter(stream);
        Begin("scenario");
        writer.WriteString("name"u8, scenario.Name);
        writer.WriteNumber("seed"u8, scenario.Seed);
        writer.WriteString("start"u8, start.ToString());
        End();
    }

    /// <summary>Takes a reading of the scenario; in order of time.</summary>
    public void Observe(SimulatedReading reading, EventTime time)
    {
        for (; nextTruth <= reading.Offset; nextTruth += scenario.TruthInterval)
        {
            WriteTruth(nextTruth);
        }

        if (reading.Injection > 0)
        {
            Begin("outlier");
            writer.WriteNumber("id"u8, reading.Injection);
            writer.WriteString("sensor"u8, scenario.Sensors[reading.Sensor].Name);
            writer.WriteString("time"u8, time.ToString());
            writer.WriteNumber("value"u8, reading.Value);
            End();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        stream.Dispose();
    }

    private void WriteTruth(TimeSpan offset)
    {
        foreach (string quantity in scenario.Quantities)
        {
            Begin("truth");
            writer.WriteString("quantity"u8, quantity);
            writer.WriteString("time"u8, (start + offset).ToString());
            writer.WriteNumber("value"u8, scenario.TruthAt(quantity, offset));
            End();
        }
    }

    private void Begin(string kind)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, kind);
    }

    private void End()
    {
        writer.WriteEndObject();
        writer.Flush();
        writer.Reset();
        stream.WriteByte((byte)'\n');
    }
}
