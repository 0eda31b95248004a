using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Tests.Detection;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

/// <summary>A sensor that reports once an hour for a hundred days and swings by ten units every day.</summary>
public class SeasonTests
{
    private const int Day = 24;
    private const int Length = 100 * Day;
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    [Fact]
    public void A_season_that_is_known_is_forecast()
    {
        double without = Error(Run(Swinging(1), null)), with = Error(Run(Swinging(1), OneDay));
        Assert.True(with < 0.6 * without, $"{with} against {without}");
        Assert.True(with < 1.3 * 0.5, $"{with} where the noise is 0.5");
    }

    [Fact]
    public void What_is_usual_at_noon_is_found_at_midnight_if_the_season_is_known()
    {
        double[] values = Swinging(2);
        int[] midnights = [.. Enumerable.Range(10, 20).Select(i => 3 * i * Day)];
        foreach (int midnight in midnights)
        {
            values[midnight] += 2.5;
        }

        int Found(TimeSpan? season)
        {
            Transcript said = Run(values, season);
            return midnights.Count(midnight => said.Judgements[midnight].TailProbability < 1e-2);
        }

        Assert.InRange(Found(OneDay), 14, 20);
        Assert.InRange(Found(null), 0, 6);
    }

    [Fact]
    public void A_stated_rate_is_kept_in_a_season()
    {
        int flagged = 0, judged = 0;
        for (int seed = 10; seed < 40; seed++)
        {
            foreach (Judgement judgement in Run(Swinging(seed), OneDay).Judgements[(20 * Day)..])
            {
                judged++;
                flagged += judgement.TailProbability < 1e-3 ? 1 : 0;
            }
        }

        Assert.InRange(flagged / (1e-3 * judged), 0.33, 3);
    }

    [Fact]
    public void Noise_without_a_season_is_forecast_as_well_as_before()
    {
        Func<long, double> normal = NoiseFamily.All.Single(family => family.Name == "gaussian").Start(3);
        double[] values = [.. Enumerable.Range(0, Length).Select(hour => normal(hour))];
        Assert.InRange(Error(Run(values, OneDay)) / Error(Run(values, null)), 0.97, 1.05);
    }

    [Fact]
    public void What_was_learned_of_a_season_survives_a_restart()
    {
        Recording recording = Record(Swinging(4));
        using SensorGraph whole = new(Options(OneDay)), former = new(Options(OneDay));
        Transcript expected = recording.Run(whole, 0, recording.Inputs.Count);
        recording.Run(former, 0, 1500);
        using SensorGraph later = Recording.Restore(Options(OneDay), Recording.Snapshot(former));
        Transcript resumed = recording.Run(later, 1500, recording.Inputs.Count);
        Assert.Equal(expected.Judgements[^1].Mean, resumed.Judgements[^1].Mean);
        Assert.Equal(Recording.Snapshot(whole), Recording.Snapshot(later));
    }

    private static double[] Swinging(int seed)
    {
        Func<long, double> normal = NoiseFamily.All.Single(family => family.Name == "gaussian").Start(seed);
        return [.. Enumerable.Range(0, Length).Select(hour => 20 + (5 * Math.Cos(2 * Math.PI * (hour - 12) / Day)) + (0.5 * normal(hour)))];
    }

    private static double Error(Transcript said) =>
        Math.Sqrt(said.Judgements[(20 * Day)..].Average(judgement => Math.Pow(judgement.Value - judgement.Mean, 2)));

    private static Transcript Run(double[] values, TimeSpan? season) => Record(values).Run(Options(season));

    private static Recording Record(double[] values) => Recording.Of(values, interval: 3600);

    private static GraphOptions Options(TimeSpan? season) => new() { Detection = new DetectionOptions { Season = season } };
}
