using System.Globalization;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.EndToEnd.Durability;

/// <summary>
/// What a publisher sent, sensor by sensor and in order: half of it with QoS 2, some with the device's time, some constant, so that nothing but the
/// delivery tells one message from the next.
/// </summary>
internal sealed class Ledger(int seed)
{
    private const int Sensors = 24;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random random = new(seed);
    private readonly List<(int Sensor, double Value)> sent = [];

    public int Count => sent.Count;

    /// <summary>Draws the next message and books it.</summary>
    public (string Topic, string Payload, int Qos) Next()
    {
        int sensor = random.Next(Sensors);
        double value = IsConstant(sensor) ? 21.5 : Math.Round(20 + random.NextDouble(), 6);
        sent.Add((sensor, value));
        string time = HasTime(sensor) ? string.Create(CultureInfo.InvariantCulture, $",\"ts\":{(Start + TimeSpan.FromMilliseconds(sent.Count)).ToUnixTimeMilliseconds()}") : "";
        return ($"in/{NameOf(sensor)}", string.Create(CultureInfo.InvariantCulture, $"{{\"v\":{value:R}{time}}}"), 1 + (sensor % 2));
    }

    /// <summary>The graph as it is when all of it came once, in order and without interruption.</summary>
    public SensorGraph Uninterrupted()
    {
        var graph = new SensorGraph(new GraphOptions());
        var batch = new InputBatch();
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            batch.AddSensor(sensor, NameOf(sensor), EventTime.From(Start));
        }

        for (int i = 0; i < sent.Count; i++)
        {
            EventTime time = EventTime.From(Start + TimeSpan.FromMilliseconds(i));
            batch.AddReading(sent[i].Sensor, time, time, sent[i].Value);
        }

        graph.Process(batch);
        return graph;
    }

    private static string NameOf(int sensor) => $"s{sensor}";

    private static bool HasTime(int sensor) => sensor % 4 < 2;

    private static bool IsConstant(int sensor) => sensor % 3 == 0;
}
