using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

/// <summary>A device says that it is gone: nobody has to wait for its readings to stay away.</summary>
public class LossTests
{
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_sensor_whose_device_says_that_it_is_gone_is_silent_at_once_and_is_told_so_once()
    {
        using var graph = new SensorGraph(new GraphOptions());
        List<StreamEvent> events = Listen(graph);
        InputBatch batch = Readings(100);
        EventTime now = Start + TimeSpan.FromSeconds(101);
        batch.AddSensorLost(0, now);
        batch.AddSensorLost(0, now);
        graph.Process(batch);

        StreamEvent silent = Assert.Single(events, happened => happened.Kind == EventKind.Silent);
        Assert.Contains("has said that it is gone", silent.Reason, StringComparison.Ordinal);
        Assert.Equal(Quality.Stale, graph.Sensors.Summarise(0).Quality);
    }

    [Fact]
    public void A_sensor_that_comes_back_has_recovered()
    {
        using var graph = new SensorGraph(new GraphOptions());
        List<StreamEvent> events = Listen(graph);
        InputBatch batch = Readings(100);
        batch.AddSensorLost(0, Start + TimeSpan.FromSeconds(101));
        graph.Process(batch);
        batch.Clear();
        batch.AddReading(0, Start + TimeSpan.FromSeconds(110), Start + TimeSpan.FromSeconds(110), 1);
        graph.Process(batch);

        Assert.Equal(EventKind.Recovered, events[^1].Kind);
        Assert.NotEqual(Quality.Stale, graph.Sensors.Summarise(0).Quality);
    }

    [Fact]
    public void A_sensor_that_has_never_reported_cannot_be_lost()
    {
        using var graph = new SensorGraph(new GraphOptions());
        List<StreamEvent> events = Listen(graph);
        InputBatch batch = Readings(0);
        batch.AddSensorLost(0, Start);
        graph.Process(batch);

        Assert.Empty(events);
    }

    private static List<StreamEvent> Listen(SensorGraph graph)
    {
        var events = new List<StreamEvent>();
        graph.Results.Subscribe(new Listener(events));
        return events;
    }

    private static InputBatch Readings(int count)
    {
        var batch = new InputBatch();
        batch.AddSensor(0, "pump", Start);
        for (int i = 0; i < count; i++)
        {
            EventTime time = Start + TimeSpan.FromSeconds(i);
            batch.AddReading(0, time, time, Math.Sin(i * i));
        }

        return batch;
    }

    private sealed class Listener(List<StreamEvent> events) : IObserver<ResultBatch>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => throw error;

        public void OnNext(ResultBatch results) => events.AddRange(results.SensorEvents);
    }
}
