using System.Globalization;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>
/// Whether a share α of readings in order has a tail probability below α, whatever the noise. CALIBRATION_READINGS=1000000 runs the long form and prints a table down to 10⁻⁵.
/// </summary>
public class CalibrationTests
{
    private const int WarmUp = 1500;
    private const int Sensors = 4;

    private static readonly int Readings =
        int.TryParse(Environment.GetEnvironmentVariable("CALIBRATION_READINGS"), CultureInfo.InvariantCulture, out int readings) ? readings : 25_000;

    public static TheoryData<string> Families => [.. NoiseFamily.All.Concat(NoiseFamily.More).Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void The_stated_false_alarm_rate_is_the_measured_one(string name)
    {
        NoiseFamily family = NoiseFamily.All.Concat(NoiseFamily.More).Single(one => one.Name == name);
        double[] rates = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
        long[] flagged = new long[rates.Length];
        long judged = 0;
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            double[] values = Values(family, 100 + sensor, Readings);
            double[] probabilities = Judge(values);
            for (int t = WarmUp; t < probabilities.Length; t++)
            {
                if (name == "contaminated" && Math.Abs(values[t]) > NoiseFamily.Contamination / 2)
                {
                    continue;
                }

                judged++;
                for (int i = 0; i < rates.Length; i++)
                {
                    flagged[i] += probabilities[t] < rates[i] ? 1 : 0;
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name,-13}" + string.Join("  ", rates.Select((rate, i) => FormattableString.Invariant($"{rate:g}: {flagged[i] / (rate * judged),5:F2}"))));

        // Skew leaves one of two sides without a tail, and an even noise both.
        double least = name is "uniform" or "lognormal" or "gamma2" ? 0 : 1.0 / 3;
        Assert.InRange(flagged[1], least * 1e-2 * judged, 3e-2 * judged);
        Assert.InRange(flagged[2], (least * 1e-3 * judged) - Chance(1e-3 * judged), (3e-3 * judged) + Chance(3e-3 * judged));
        Assert.InRange(flagged[3], (least * 1e-4 * judged) - Chance(1e-4 * judged), (3e-4 * judged) + Chance(3e-4 * judged));
    }

    [Fact]
    public void A_shift_that_fat_tails_hide_from_any_single_reading_is_seen_within_fifty_and_does_not_echo()
    {
        const int Every = 2000;
        var random = new Random(3);
        double[] values = new double[30_000];
        double level = 0;
        for (int t = 0; t < values.Length; t++)
        {
            level += t > WarmUp && t % Every == 0 ? 5 * ((random.Next(2) * 2) - 1) : 0;
            values[t] = level + NoiseFamily.FatTailed(random);
        }

        double[] probabilities = Judge(values);
        int shifts = 0, missed = 0, echoes = 0, after = 0;
        for (int at = Every; at < values.Length; at += Every)
        {
            shifts++;
            missed += probabilities.AsSpan(at, 50).IndexOfAnyInRange(0.0, 1e-3) < 0 ? 1 : 0;
            foreach (double probability in probabilities.AsSpan(at + 50, 450))
            {
                after++;
                echoes += probability < 1e-3 ? 1 : 0;
            }
        }

        Assert.True(missed <= shifts / 10, $"{missed} of {shifts} missed");
        Assert.True(echoes <= (1.5e-3 * after) + Chance(1.5e-3 * after), $"{echoes} of {after} flagged after a shift");
    }

    private static double[] Values(NoiseFamily family, int seed, int count)
    {
        Func<long, double> next = family.Start(seed);
        return [.. Enumerable.Range(0, count).Select(t => next(t))];
    }

    private static double[] Judge(double[] values)
    {
        var kernel = new SensorKernel(new DetectionOptions { FalseAlarmRate = 1e-3 });
        var batch = new InputBatch();
        var output = new SensorBatch();
        var probabilities = new double[values.Length];
        int done = 0;
        batch.AddSensor(0, "sensor", Recording.Start);
        for (int t = 0; t < values.Length; t++)
        {
            EventTime now = Recording.Start + TimeSpan.FromSeconds(t);
            batch.AddReading(0, now, now, values[t]);
            if (batch.Count < 1000 && t < values.Length - 1)
            {
                continue;
            }

            output.Clear();
            kernel.Process(batch, output);
            foreach (Judgement judgement in output.Judgements.Items)
            {
                probabilities[done++] = judgement.TailProbability;
            }

            long following = batch.FirstSequence + batch.Count;
            batch.Clear();
            batch.FirstSequence = following;
        }

        return probabilities;
    }

    // Six standard deviations of a count that comes in small clusters.
    private static double Chance(double mean) => 6 * Math.Sqrt(mean + 1);
}
