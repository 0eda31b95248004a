using System.Diagnostics;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Pipeline;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

public class UnderwayTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void A_span_ends_when_its_batch_is_durable_and_not_before()
    {
        var underway = new Underway(clock);
        using Activity first = new Activity("first").Start();
        using Activity second = new Activity("second").Start();
        underway.Add(10, clock.GetTimestamp(), first);
        underway.Add(20, clock.GetTimestamp(), second);

        underway.End(9);
        Assert.False(first.IsStopped);

        underway.End(19);
        Assert.True(first.IsStopped);
        Assert.False(second.IsStopped);
    }

    [Fact]
    public void The_lag_is_that_of_the_oldest_batch_that_became_durable()
    {
        var underway = new Underway(clock);
        underway.Add(10, clock.GetTimestamp(), null);
        clock.Advance(TimeSpan.FromSeconds(1));
        underway.Add(20, clock.GetTimestamp(), null);
        clock.Advance(TimeSpan.FromSeconds(1));

        underway.End(9);
        Assert.Null(underway.Lag);

        underway.End(20);
        Assert.Equal(TimeSpan.FromSeconds(2), underway.Lag);
    }
}
