using System.Buffers;
using System.Text.Json;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// Plays a scenario to whoever takes its messages, at the pace of a clock. Readings of one device and instant travel in one JSON payload
/// with the event time in milliseconds as <c>ts</c>.
/// </summary>
public sealed class SimulationPlayer(Scenario scenario, SimulationOptions options, TimeProvider clock)
{
    // Waiting for less costs more than it gives.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ArrayBufferWriter<byte> payload = new(256);
    private readonly List<SimulatedReading> message = [];
    private SimulationTotals totals;
    private long began;

    /// <summary>What has been published so far.</summary>
    public SimulationTotals Totals => totals;

    /// <summary>
    /// Publishes until the scenario or its duration ends. <paramref name="observe"/> is told of each reading and its event time before it is published.
    /// </summary>
    public async Task PlayAsync(PublishMessage publish, Action<SimulatedReading, EventTime>? observe, CancellationToken cancellationToken)
    {
        using var writer = new Utf8JsonWriter(payload);
        began = clock.GetTimestamp();
        foreach (SimulatedReading reading in scenario.Readings())
        {
            if (options.Duration <= reading.Offset)
            {
                break;
            }

            if (message.Count > 0 && !IsSameMessage(message[0], reading))
            {
                await PublishAsync(writer, publish, observe, cancellationToken);
            }

            message.Add(reading);
        }

        await PublishAsync(writer, publish, observe, cancellationToken);
    }

    private bool IsSameMessage(in SimulatedReading first, in SimulatedReading next) =>
        first.Offset == next.Offset && scenario.Sensors[first.Sensor].Topic == scenario.Sensors[next.Sensor].Topic;

    private async ValueTask PublishAsync(Utf8JsonWriter writer, PublishMessage publish, Action<SimulatedReading, EventTime>? observe, CancellationToken cancellationToken)
    {
        if (message.Count == 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan wait = (message[0].Offset / options.Speed) - clock.GetElapsedTime(began);
        if (wait >= ShortestWait)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }

        EventTime time = options.Start + message[0].Offset;
        Format(writer, time, observe);
        await publish(scenario.Sensors[message[0].Sensor].Topic, payload.WrittenMemory, cancellationToken);
        totals = totals with { Messages = totals.Messages + 1, Readings = totals.Readings + message.Count };
        message.Clear();
    }

    private void Format(Utf8JsonWriter writer, EventTime time, Action<SimulatedReading, EventTime>? observe)
    {
        payload.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteNumber("ts"u8, (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        foreach (SimulatedReading reading in message)
        {
            writer.WriteNumber(scenario.Sensors[reading.Sensor].Field, reading.Value);
            totals = totals with { Injected = totals.Injected + (reading.Injection > 0 ? 1 : 0) };
            observe?.Invoke(reading, time);
        }

        writer.WriteEndObject();
        writer.Flush();
    }
}
