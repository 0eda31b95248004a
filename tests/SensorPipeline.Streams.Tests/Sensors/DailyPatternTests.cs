using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Tests.Detection;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

/// <summary>A sensor read once a minute for two weeks, and what happens to it at some time of day.</summary>
public class DailyPatternTests
{
    private const int Day = 24 * 60;
    private const int Six = 6 * 60;

    [Fact]
    public void A_glitch_at_the_same_time_of_every_day_is_told_on_the_first()
    {
        double[] values = Noise(1);
        for (int day = 1; day < 14; day++)
        {
            values[(day * Day) + Six + (day * 7 % 10)] += 30;
        }

        Assert.Equal([1], DaysToldOf(values, Six));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], DaysToldOf(values, Six, knowsPattern: false));
    }

    [Fact]
    public void A_step_up_in_the_morning_and_down_in_the_evening_is_told_on_the_first_day()
    {
        double[] values = Noise(2);
        for (int minute = Day; minute < values.Length; minute++)
        {
            values[minute] += minute % Day is >= Six and < 18 * 60 ? 30 : 0;
        }

        Assert.Equal([1], DaysToldOf(values, Six));
        Assert.Equal([1], DaysToldOf(values, 18 * 60));
    }

    [Fact]
    public void What_comes_at_another_time_or_to_the_other_side_is_told()
    {
        double[] values = Noise(3);
        values[Day + Six] += 30;
        values[(2 * Day) + Six + 60] += 30;
        values[(3 * Day) + Six] -= 30;
        Assert.Equal([1, 3], DaysToldOf(values, Six));
        Assert.Equal([2], DaysToldOf(values, Six + 60));
    }

    [Fact]
    public void What_is_half_as_far_out_again_is_told()
    {
        double[] values = Noise(4);
        values[Day + Six] += 30;
        values[(2 * Day) + Six] += 30;
        values[(3 * Day) + Six] += 60;
        Assert.Equal([1, 3], DaysToldOf(values, Six));
    }

    [Fact]
    public void What_has_not_come_for_more_than_a_week_is_news_again()
    {
        double[] values = Noise(5);
        foreach (int day in (int[])[1, 4, 12])
        {
            values[(day * Day) + Six] += 30;
        }

        Assert.Equal([1, 12], DaysToldOf(values, Six));
    }

    [Fact]
    public void A_shift_that_stays_is_told_where_glitches_were_the_pattern()
    {
        double[] values = Noise(6);
        values[Day + Six] += 30;
        values[(2 * Day) + Six] += 30;
        for (int minute = (3 * Day) + Six; minute < values.Length; minute++)
        {
            values[minute] += 30;
        }

        Transcript said = Run(values, true);
        StreamEvent shift = Assert.Single(said.Events, happened => happened.Kind == EventKind.LevelShift);
        Assert.InRange((shift.Time - Recording.At(0)).TotalMinutes, (3 * Day) + Six - 1, (3 * Day) + Six + 1);
    }

    [Fact]
    public void A_second_glitch_on_the_same_morning_is_told()
    {
        double[] values = Noise(7);
        values[Day + Six] += 30;
        values[Day + Six + 60] += 30;
        Assert.Equal([1], DaysToldOf(values, Six));
        Assert.Equal([1], DaysToldOf(values, Six + 60));
    }

    private static double[] Noise(int seed)
    {
        Func<long, double> normal = NoiseFamily.All.Single(family => family.Name == "gaussian").Start(seed);
        return [.. Enumerable.Range(0, 14 * Day).Select(minute => 20 + normal(minute))];
    }

    // The days on which an outlier or a shift was told within 20 minutes of a time of day.
    private static int[] DaysToldOf(double[] values, int minuteOfDay, bool knowsPattern = true) =>
        [.. Run(values, knowsPattern).Events
            .Where(happened => happened.Kind is EventKind.Outlier or EventKind.LevelShift)
            .Select(happened => (int)(happened.Time - Recording.At(0)).TotalMinutes)
            .Where(minute => Math.Abs((minute % Day) - minuteOfDay) < 20)
            .Select(minute => minute / Day)
            .Distinct()];

    private static Transcript Run(double[] values, bool knowsPattern) => Recording.Of(values, interval: 60).Run(
        new GraphOptions { Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 0.01, DailyPattern = knowsPattern } });
}
