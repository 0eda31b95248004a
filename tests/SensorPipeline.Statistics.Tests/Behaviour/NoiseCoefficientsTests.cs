using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Noise;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class NoiseCoefficientsTests
{
    private const int Count = 1_000_000;
    private const double Step = 0.25;
    private const double Share = 0.1;

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1, 0.5, 0, 0)]
    [InlineData(0, 1, 0.4, 0)]
    [InlineData(0, 1, 0, 0.02)]
    [InlineData(0, 1, 0.3, 0.02)]
    [InlineData(2, 1, 0, 0.02)]
    public void Each_coefficient_that_is_there_is_found_within_a_tenth(double quantisation, double white, double flicker, double walk)
    {
        double[] readings = Noise(new Random(17), quantisation, white, flicker, walk);
        var found = NoiseCoefficients.Of(readings, Step);
        AssertWithinShare(quantisation, found.Quantisation);
        AssertWithinShare(white, found.White);
        AssertWithinShare(flicker, found.Flicker);
        AssertWithinShare(walk, found.Walk);
    }

    [Theory]
    [InlineData(1, 0, 0, 0, NoiseKind.Quantisation)]
    [InlineData(0, 1, 0, 0, NoiseKind.White)]
    [InlineData(0, 0, 1, 0, NoiseKind.Flicker)]
    [InlineData(0, 0, 0, 1, NoiseKind.RandomWalk)]
    public void The_running_form_names_the_kind_and_finds_its_amount(double quantisation, double white, double flicker, double walk, NoiseKind kind)
    {
        var running = default(RunningAllanVariance);
        foreach (double y in Noise(new Random(18), quantisation, white, flicker, walk).AsSpan(0, 20_000))
        {
            running.Observe(1e6 + y);
        }

        NoiseCoefficients found = running.Fit(Step);
        Assert.Equal(kind, found.Dominant(Step, RunningAllanVariance.Levels));
        double amount = kind switch
        {
            NoiseKind.Quantisation => found.Quantisation,
            NoiseKind.White => found.White,
            NoiseKind.Flicker => found.Flicker,
            _ => found.Walk,
        };
        Assert.InRange(amount, 0.8, 1.2);
    }

    [Fact]
    public void The_running_form_is_the_cascade_while_it_forgets_nothing()
    {
        var random = new Random(19);
        var running = default(RunningAllanVariance);
        var cascade = new AllanCascade(RunningAllanVariance.Levels);
        for (int i = 0; i < 1000; i++)
        {
            double y = Normal.Standard.Sample(random);
            running.Observe(y);
            cascade.Observe(y);
        }

        for (int level = 0; level < RunningAllanVariance.Levels; level++)
        {
            Assert.Equal(cascade.Variance(level), running.Variance(level), 1e-12);
        }
    }

    [Fact]
    public void Too_few_readings_and_a_constant_tell_nothing()
    {
        var running = default(RunningAllanVariance);
        Assert.False(running.Fit(Step).IsKnown);
        for (int i = 0; i < 500; i++)
        {
            running.Observe(20.5);
        }

        Assert.Equal(NoiseKind.Unknown, running.Fit(Step).Dominant(Step, RunningAllanVariance.Levels));
    }

    private static void AssertWithinShare(double expected, double actual)
    {
        if (expected > 0)
        {
            Assert.InRange(actual, (1 - Share) * expected, (1 + Share) * expected);
        }
    }

    // Flicker is a sum of first-order processes an octave apart, each of variance s²: its Allan variance is 2s² over the octaves between.
    private static double[] Noise(Random random, double quantisation, double white, double flicker, double walk)
    {
        var normal = Normal.Standard;
        double[] rates = [.. Enumerable.Range(0, 28).Select(octave => Math.Exp(-Math.ScaleB(8, -octave)))];
        double[] states = [.. rates.Select(_ => normal.Sample(random))];
        double each = Math.Sqrt(Math.Log(2) / Math.PI);
        double position = 0;
        double before = random.NextDouble();
        double[] readings = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            double pink = 0;
            for (int k = 0; k < states.Length && flicker > 0; k++)
            {
                states[k] = (rates[k] * states[k]) + (Math.Sqrt(1 - (rates[k] * rates[k])) * normal.Sample(random));
                pink += states[k];
            }

            double now = random.NextDouble();
            position += walk * Math.Sqrt(Step) * normal.Sample(random);
            readings[i] = (quantisation * Math.Sqrt(12) * (now - before) / Step) + (white / Math.Sqrt(Step) * normal.Sample(random)) + (flicker * each * pink) + position;
            before = now;
        }

        return readings;
    }
}
