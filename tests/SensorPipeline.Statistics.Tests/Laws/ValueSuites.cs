using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Statistics.Tails;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class CusumLaws : ValueLaws<Cusum>
{
    protected override Cusum Observe(Cusum estimator, double x, double shift, double factor) => estimator.Observe(x - shift, 5 * factor);

    protected override double[] Scales(Cusum estimator) => [estimator.Upper, estimator.Lower];

    protected override double[] Shapes(Cusum estimator) => [estimator.UpperLength, estimator.LowerLength, estimator.Direction];

    [Fact]
    public void Data_and_allowance_that_move_together_leave_the_rise_as_it_is() => Law.Holds(random =>
    {
        Cusum plain = default, moved = default;
        foreach (double x in Data(random))
        {
            plain = plain.Observe(x, 5);
            moved = moved.Observe(x + 64, 69);
        }

        Assert.Equal(plain.Upper, moved.Upper);
        Assert.Equal(plain.UpperLength, moved.UpperLength);
    });

    [Fact]
    public void Mirrored_data_swap_rise_and_fall() => Law.Holds(random =>
    {
        double[] data = Data(random);
        Cusum plain = Observe(data), mirrored = Observe([.. data.Select(x => -x)]);
        Assert.Equal(plain, new Cusum(mirrored.Lower, mirrored.Upper, mirrored.LowerLength, mirrored.UpperLength));
    });
}

public class VarianceCusumLaws : ValueLaws<VarianceCusum>
{
    protected override VarianceCusum Observe(VarianceCusum estimator, double x, double shift, double factor) => estimator.Observe((x - shift) / (50 * factor), 1.5);

    protected override double[] Shapes(VarianceCusum estimator) => [estimator.Louder, estimator.Quieter];

    [Fact]
    public void Mirrored_data_change_no_bit() => Law.Holds(random =>
    {
        double[] data = Data(random);
        Law.SameBits(Observe(data), Observe([.. data.Select(x => -x)]));
    });
}

public class PageHinkleyLaws : ValueLaws<PageHinkley>
{
    protected override PageHinkley Observe(PageHinkley estimator, double x, double shift, double factor) => estimator.Observe(x, 0.5 * factor);

    protected override double[] Scales(PageHinkley estimator) => [estimator.Statistic];
}

public class RepeatLawLaws : ValueLaws<RepeatLaw>
{
    // Any map that keeps different readings different leaves all of it as it is, shifts and stretches among them.
    protected override double[] Data(Random random) => [.. Law.Data(random).Select(x => Math.Round(x / 64))];

    protected override RepeatLaw Observe(RepeatLaw estimator, double x, double shift, double factor) => estimator.Observe(x, 0.05);

    protected override double[] Shapes(RepeatLaw estimator) => [estimator.RunLength, estimator.RepeatProbability, estimator.TailProbability];

    [Fact]
    public void Any_map_that_keeps_readings_apart_changes_no_answer() => Law.Holds(random =>
    {
        double[] data = Data(random);
        Assert.Equal(Shapes(Observe(data)), Shapes(Observe([.. data.Select(x => Math.Exp(-x / 100))])));
    });

    [Fact]
    public void A_tenth_to_the_third_is_no_less_than_the_next_double_to_a_thousandth()
    {
        // As doubles, 0.1³ is a little more than 0.001, so that three repeats are not yet rare enough.
        Assert.Equal(5, RepeatLaw.Threshold(0.001, 0.1));
        Assert.Equal(4, RepeatLaw.Threshold(Math.BitIncrement(0.001), 0.1));
        Assert.Equal(3, RepeatLaw.Threshold(0.25, 0.5));
        Assert.Equal(4, RepeatLaw.Threshold(Math.BitDecrement(0.25), 0.5));
    }
}

public class TailCalibrationLaws : ValueLaws<TailCalibration>
{
    // A score is minus the logarithm of a probability: the same for data and model moved and stretched together.
    protected override TailCalibration Start(double shift, double factor) => TailCalibration.Start;

    protected override TailCalibration Observe(TailCalibration estimator, double x, double shift, double factor) =>
        estimator.Observe(double.IsFinite(x) ? -new StudentT(3, shift, 20 * factor).LogSurvivalProbability(x) : x);

    protected override double[] Shapes(TailCalibration estimator) =>
        [estimator.ExceedanceRate, estimator.Excesses, estimator.Excess.Shape, estimator.Excess.Scale, estimator.TailProbability(3), estimator.TailProbability(9)];

    [Fact]
    public void Of_scores_below_the_threshold_only_their_number_counts() => Law.Holds(random =>
    {
        TailCalibration plain = TailCalibration.Start, mapped = TailCalibration.Start;
        foreach (double x in Law.Positive(random))
        {
            double score = 6 * x;
            plain = plain.Observe(score);
            mapped = mapped.Observe(score > TailCalibration.Threshold ? score : score * score / 100);
        }

        Law.SameBits(plain, mapped);
    });

    [Fact]
    public void The_mean_excess_is_affine_in_the_excesses() => Law.Holds(random =>
    {
        double[] excesses = Law.Positive(random);
        double one = Mean(excesses, 1), two = Mean(excesses, 2), three = Mean(excesses, 3);
        Law.Close(two - one, three - two, 1e-12, three);
    });

    private static double Mean(double[] excesses, double factor)
    {
        TailCalibration calibration = TailCalibration.Start;
        foreach (double e in excesses)
        {
            calibration = calibration.Observe(TailCalibration.Threshold + (factor * e));
        }

        GeneralizedPareto excess = calibration.Excess;
        return excess.Scale / (1 - excess.Shape);
    }
}

public class TailLawLaws : ValueLaws<TailLaw>
{
    // A deviation is in units of the data's own scale.
    protected override TailLaw Start(double shift, double factor) => TailLaw.New;

    protected override TailLaw Observe(TailLaw estimator, double x, double shift, double factor)
    {
        estimator.Observe(Math.Abs(x - shift) / (20 * factor));
        return estimator;
    }

    protected override double[] Shapes(TailLaw estimator)
    {
        estimator.Fit(default, 0, 1, TailTrust.WhileExpected);
        return [estimator.Total, estimator.MeanSquare, estimator.LogSurvival(2, isCoarse: false), estimator.LogSurvival(100, isCoarse: true), estimator.Deviation(-3)];
    }
}

public class RunningAllanVarianceLaws : ValueLaws<RunningAllanVariance>
{
    protected override RunningAllanVariance Observe(RunningAllanVariance estimator, double x, double shift, double factor)
    {
        estimator.Observe(x);
        return estimator;
    }

    protected override double[] Scales(RunningAllanVariance estimator) =>
        [.. Enumerable.Range(0, RunningAllanVariance.Levels).Select(estimator.Variance).Where(double.IsFinite).Select(Math.Sqrt)];
}

public class NormalInverseGammaLaws : ValueLaws<NormalInverseGamma>
{
    // The mean is one number of those a person writes down, and has a resolution of 1e-7 at a billion.
    protected override double OffsetTolerance => 1e-5;

    protected override NormalInverseGamma Start(double shift, double factor) => new(shift, 1, 2, 100 * factor * factor);

    protected override NormalInverseGamma Observe(NormalInverseGamma estimator, double x, double shift, double factor) =>
        double.IsFinite(x) ? estimator.Retain(0.95, Start(shift, factor)).Observe(x) : estimator.Observe(x);

    protected override double[] Locations(NormalInverseGamma estimator) => [estimator.Mean];

    protected override double[] Scales(NormalInverseGamma estimator) => [Math.Sqrt(estimator.Rate), estimator.Predictive.Scale];

    protected override double[] Shapes(NormalInverseGamma estimator) => [estimator.Count, estimator.Shape];

    [Fact]
    public void Retaining_twice_is_retaining_the_product() => Law.Holds(random =>
    {
        NormalInverseGamma prior = Start(0, 1), seen = Observe(Data(random)), once = seen.Retain(0.4, prior), twice = seen.Retain(0.8, prior).Retain(0.5, prior);
        Law.Close([once.Mean, once.Count, once.Shape, once.Rate], [twice.Mean, twice.Count, twice.Shape, twice.Rate], 1e-12, 1);
    });
}

public class AutocorrelationLaws : ValueLaws<Autocorrelation>
{
    protected override Autocorrelation Observe(Autocorrelation estimator, double x, double shift, double factor) => estimator.Observe((x - shift) / (50 * factor));

    protected override double[] Shapes(Autocorrelation estimator) => [estimator.Weight, estimator.Raw, estimator.Coefficient];
}

public class DegreesOfFreedomLaws : ValueLaws<DegreesOfFreedom>
{
    // The weight of a datum has no unit: it is that of the residual over the scale.
    protected override DegreesOfFreedom Start(double shift, double factor) => DegreesOfFreedom.Start(8, 10);

    protected override DegreesOfFreedom Observe(DegreesOfFreedom estimator, double x, double shift, double factor)
    {
        double t = (x - shift) / (50 * factor);
        return double.IsFinite(x) ? estimator.Observe(9 / (8 + (t * t))) : estimator.Observe(double.NaN);
    }

    protected override double[] Shapes(DegreesOfFreedom estimator) => [estimator.Weight, estimator.Value, estimator.Solve().Value];
}

public class RecursiveMomentsLaws : ValueLaws<RecursiveMoments>
{
    protected override RecursiveMoments Observe(RecursiveMoments estimator, double x, double shift, double factor) => estimator.Observe(x, 0.1);

    protected override double[] Locations(RecursiveMoments estimator) => [estimator.Mean];

    protected override double[] Scales(RecursiveMoments estimator) => [Math.Sqrt(estimator.Variance)];

    protected override double[] Shapes(RecursiveMoments estimator) => [estimator.Count];
}
