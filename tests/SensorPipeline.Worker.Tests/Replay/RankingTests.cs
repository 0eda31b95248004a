using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class RankingTests
{
    private Ranking ranking;

    [Fact]
    public void What_is_unknown_or_ordinary_ranks_nothing()
    {
        Assert.Equal(0, Rank(double.NaN));
        Assert.Equal(0, Rank(1));
    }

    [Fact]
    public void One_in_ten_thousand_ranks_half_of_the_half_it_is_in()
    {
        Assert.Equal(0.25, Rank(1e-4), 12);
        Assert.Equal(0.75, Rank(1e-4, isDeclared: true), 12);
    }

    [Fact]
    public void What_follows_within_150_readings_ranks_half_unless_it_is_higher()
    {
        double first = Rank(1e-6), lower = Rank(1e-4), higher = Rank(1e-8);
        for (int reading = 0; reading < 149; reading++)
        {
            Rank(1);
        }

        Assert.Equal(0.125, lower, 12);
        Assert.True(higher > first);
        Assert.Equal(0.25, Rank(1e-4), 12);
    }

    private double Rank(double tailProbability, bool isDeclared = false) => ranking.Observe(new Judgement
    {
        Sequence = 0, Sensor = 0, Time = EventTime.FromUnixMilliseconds(0), Value = 0, Mean = 0, StandardDeviation = 1,
        LogTailProbability = Math.Log(tailProbability), Verdict = Verdict.Body, Calibrated = true, IsDeclared = isDeclared, IsOutlier = isDeclared,
    });
}
