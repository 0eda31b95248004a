using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Statistics.Tails;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class RobustnessTests
{
    private const double Gain = 0.001;

    [Fact]
    public void Outliers_do_not_move_the_location_and_a_level_shift_does()
    {
        var random = new Random(5);
        var state = StudentTLocation.Start(20, 0.5, 4, 1 / Gain);
        for (int i = 0; i < 20_000; i++)
        {
            double x = 20 + (0.5 * new Normal(0, 1).Sample(random));
            state = state.Retain(1 - Gain).Observe(i % 50 == 0 ? x + 1e6 : x);
        }

        Assert.Equal(20, state.Location, 0.1);
        for (int i = 0; i < 20_000; i++)
        {
            state = state.Retain(1 - Gain).Observe(25 + (0.5 * new Normal(0, 1).Sample(random)));
        }

        Assert.Equal(25, state.Location, 0.1);
    }

    [Theory]
    [InlineData(3, 2.4, 3.8)]
    [InlineData(5, 4, 7)]
    [InlineData(double.PositiveInfinity, 12, 60)]
    public void Degrees_of_freedom_are_recovered(double truth, double least, double most)
    {
        double[] x = new double[40_000];
        new StudentT(truth, 100, 2).Sample(new Random(9), x);
        var state = StudentTLocation.Start(100, 2, 8, 1 / Gain);
        var degrees = DegreesOfFreedom.Start(8, 1 / Gain);
        for (int i = 0; i < x.Length; i++)
        {
            state = state.Retain(1 - Gain).Observe(x[i], 0, out double weight);
            degrees = degrees.Retain(1 - Gain).Observe(weight);
            if (i % 32 == 31)
            {
                degrees = degrees.Solve();
                state = state with { DegreesOfFreedom = degrees.Value };
            }
        }

        Assert.InRange(degrees.Value, least, most);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(double.PositiveInfinity)]
    public void A_calibrated_tail_keeps_its_rate_though_the_model_is_wrong(double truth)
    {
        // The model says five degrees of freedom whatever the truth.
        var model = new StudentTTail(5);
        double scale = truth switch { 3 => 0.9, 8 => 1.1, _ => 1.2 };
        double[] x = new double[400_000];
        new StudentT(truth, 0, scale).Sample(new Random(21), x);
        var tail = TailCalibration.Start;
        int seen = 0, beyond = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double score = x[i] > 0 ? -model.LogSurvivalProbability(x[i]) : 0;
            double p = tail.TailProbability(score);
            if (i >= 6000)
            {
                seen++;
                beyond += p < 1e-3 ? 1 : 0;
            }

            tail = p < 1e-4 ? tail : tail.Observe(score);
        }

        Assert.InRange(beyond / (1e-3 * seen), 1.0 / 3, 3);
    }

    [Fact]
    public void A_normal_score_has_nearly_the_tail_probability_of_the_residual()
    {
        foreach (double nu in new[] { 2.1, 4, 8, 60, double.PositiveInfinity })
        {
            var tail = new StudentTTail(nu);
            for (double t = -2; t <= 2; t += 0.01)
            {
                double exact = -new Normal(0, 1).Quantile(new StudentT(nu).SurvivalProbability(t));
                Assert.Equal(exact, tail.NormalScore(t), 0.005);
            }

            Assert.Equal(new StudentT(nu).LogSurvivalProbability(7), tail.LogSurvivalProbability(7), 1e-13);
        }
    }

    [Theory]
    [InlineData(0.25, 1000)]
    [InlineData(0.5, 1000)]
    [InlineData(0.5, 100_000)]
    public void A_threshold_keeps_the_run_length_it_was_asked_for(double allowance, double runLength)
    {
        double exact = CusumDesign.RunLength(allowance, CusumDesign.Threshold(runLength, allowance));
        Assert.Equal(1, exact / runLength, 0.02);
    }

    [Fact]
    public void Autocorrelation_is_recovered_and_independence_is_zero()
    {
        var random = new Random(8);
        Autocorrelation related = default, independent = default;
        double x = 0;
        for (int i = 0; i < 5000; i++)
        {
            double z = new Normal(0, 1).Sample(random);
            x = (0.7 * x) + (Math.Sqrt(1 - 0.49) * z);
            related = related.Observe(x);
            independent = independent.Observe(z);
        }

        Assert.Equal(0.7, related.Coefficient, 0.05);
        Assert.Equal(0, independent.Coefficient);
        Assert.Equal(1, independent.EffectiveShare);
    }

    [Fact]
    public void The_parts_of_the_noise_are_recovered()
    {
        var random = new Random(2);
        double[] y = new double[8192];
        double level = 0;
        for (int i = 0; i < y.Length; i++)
        {
            level += 0.05 * new Normal(0, 1).Sample(random);
            y[i] = 1e6 + level + (0.5 * new Normal(0, 1).Sample(random));
        }

        NoiseProfile profile = NoiseProfile.Of(y, 2);
        Assert.Equal(NoiseKind.WhitePlusWalk, profile.Kind);
        Assert.Equal(0.25, profile.White / 2, 0.03);
        Assert.Equal(0.0025, profile.Walk * 2, 0.0008);
    }

    [Fact]
    public void A_run_of_equal_readings_gets_rarer_and_a_coarse_sensor_repeats_by_right()
    {
        RepeatLaw fine = default, coarse = default;
        var random = new Random(4);
        for (int i = 0; i < 2000; i++)
        {
            fine = fine.Observe(random.NextDouble(), 0.01);
            coarse = coarse.Observe(random.Next(2), 0.01);
        }

        Assert.Equal(RepeatLaw.LeastProbability, fine.RepeatProbability);
        Assert.Equal(0.5, coarse.RepeatProbability, 0.2);
        for (int i = 0; i < 10; i++)
        {
            fine = fine.Observe(0.5, 0);
            coarse = coarse.Observe(1, 0);
        }

        Assert.Equal(10, fine.RunLength);
        Assert.True(fine.TailProbability < 1e-11);
        Assert.True(coarse.TailProbability > 1e-7);
    }

    [Fact]
    public void A_louder_and_a_quieter_noise_are_told_apart()
    {
        var random = new Random(6);
        VarianceCusum louder = default, quieter = default;
        for (int i = 0; i < 300; i++)
        {
            double z = new Normal(0, 1).Sample(random);
            louder = louder.Observe(2 * z, 1.5);
            quieter = quieter.Observe(0.4 * z, 1.5);
        }

        Assert.True(louder.Louder > 50 && louder.Quieter < 5);
        Assert.True(quieter.Quieter > 20 && quieter.Louder < 5);
    }
}
