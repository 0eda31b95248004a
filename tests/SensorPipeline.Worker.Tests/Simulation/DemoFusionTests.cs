using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Worker.Tests.Simulation;

public class DemoFusionTests
{
    private static readonly EventTime Start = new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_fused_estimate_of_every_room_beats_its_best_sensor(int seed)
    {
        var scenario = new DemoScenario((ulong)seed);
        var scorecard = new Scorecard(scenario, Start);
        using var graph = new SensorGraph(DemoConfiguration.For("localhost", 1883, 8080).ToGraphOptions() with { Mixtures = [] });
        var judge = new DemoJudge(graph, scorecard);
        using IDisposable listening = graph.Results.Subscribe(results => results.Visit(ref judge));
        Play(scenario, scorecard, graph, TimeSpan.FromSeconds(120));
        Assert.All(scenario.Quantities, quantity => Assert.True(
            scorecard.FusedError(quantity) < scorecard.BestSensor(quantity).Error,
            $"{quantity}: {scorecard.FusedError(quantity):F4} against {scorecard.BestSensor(quantity)}"));
    }

    private static void Play(DemoScenario scenario, Scorecard scorecard, SensorGraph graph, TimeSpan duration)
    {
        var batch = new InputBatch();
        for (int sensor = 0; sensor < scenario.Sensors.Count; sensor++)
        {
            batch.AddSensor(sensor, scenario.Sensors[sensor].Name, Start);
        }

        foreach (SimulatedReading reading in scenario.Readings().TakeWhile(reading => reading.Offset < duration))
        {
            EventTime time = Start + reading.Offset;
            scorecard.Observe(reading, time);
            batch.AddReading(reading.Sensor, time, time, reading.Value, default);
            if (batch.Count >= 256)
            {
                Process(graph, batch);
            }
        }

        Process(graph, batch);
    }

    private static void Process(SensorGraph graph, InputBatch batch)
    {
        graph.Process(batch);
        long next = batch.FirstSequence + batch.Count;
        batch.Clear();
        batch.FirstSequence = next;
    }
}
