using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Pipeline;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

public sealed class DashboardFeedTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly SensorGraph graph = new(new GraphOptions());
    private readonly WorkQueue queue = new(4);
    private readonly DashboardFeed feed;

    public DashboardFeedTests()
    {
        feed = new DashboardFeed(graph, queue, 10, clock, () => throw new InvalidOperationException("nobody asks"));
        var batch = new InputBatch();
        batch.AddSensor(0, "kitchen", default);
        graph.Process(batch);
    }

    public void Dispose() => graph.Dispose();

    [Fact]
    public async Task Who_looks_waits_for_the_loop_however_long_it_stood_still()
    {
        Task looking = feed.LookAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(looking.IsCompleted);
        Assert.Equal(1, queue.Depth);

        clock.Advance(TimeSpan.FromMinutes(1));
        feed.TakePicture();
        await looking.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal("kitchen", Assert.Single(Sensors()).Sensor);
        Assert.True(feed.LookAsync(TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }

    [Fact]
    public void Where_nobody_looks_no_picture_is_taken()
    {
        feed.TakePicture();

        Assert.Empty(Sensors());
    }

    [Fact]
    public async Task Who_leaves_does_not_wait()
    {
        using var leaving = new CancellationTokenSource();
        Task looking = feed.LookAsync(leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => looking);
    }

    private List<SensorSummary> Sensors()
    {
        var sensors = new List<SensorSummary>();
        feed.CopySensors(sensors);
        return sensors;
    }
}
