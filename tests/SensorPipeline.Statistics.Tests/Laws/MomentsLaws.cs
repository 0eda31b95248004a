using SensorPipeline.Statistics.Moments;
using Xunit;
using Running = SensorPipeline.Statistics.Moments.Moments;

namespace SensorPipeline.Statistics.Tests.Laws;

public class MomentsEstimatorLaws : EstimatorLaws<Running>
{
    protected override double Location(Running estimator) => estimator.Mean;

    protected override double Scale(Running estimator) => estimator.Weight == 1 ? 0 : estimator.StandardDeviation;

    protected override double[] Shape(Running estimator) => [estimator.Skewness, estimator.ExcessKurtosis];
}

public class MomentsMergeableLaws : MergeableLaws<Running>
{
    protected override double[] Answers(Running estimator) =>
        [estimator.Count, estimator.Mean, estimator.Variance, estimator.Skewness, estimator.ExcessKurtosis];

    [Fact]
    public void Three_million_data_in_two_modes_keep_their_kurtosis()
    {
        // A count cubed in integers overflows from two million on.
        var low = Running.AdditiveIdentity;
        for (int i = 0; i < 1500; i++)
        {
            low = low.Observe(i % 2 == 0 ? -10.25 : -9.75);
        }

        var high = Running.AdditiveIdentity;
        for (int i = 0; i < 1500; i++)
        {
            high = high.Observe(i % 2 == 0 ? 10.25 : 9.75);
        }

        var all = Running.AdditiveIdentity;
        for (int i = 0; i < 1000; i++)
        {
            all += low + high;
        }

        Assert.Equal(3_000_000, all.Count);
        double squares = 100 + 0.0625, fourths = 10000 + (6 * 100 * 0.0625) + (0.0625 * 0.0625);
        Assert.Equal((fourths / (squares * squares)) - 3, all.PopulationExcessKurtosis, 9);
    }
}

public class MeanVarianceLaws : EstimatorLaws<MeanVariance>
{
    protected override double Location(MeanVariance estimator) => estimator.Mean;

    protected override double Scale(MeanVariance estimator) => estimator.Weight == 1 ? 0 : estimator.StandardDeviation;

    [Fact]
    public void It_is_to_the_last_bit_what_the_moments_say() => Law.Holds(random =>
    {
        (MeanVariance mean, Running all) = (default, default);
        foreach (double x in Law.Data(random))
        {
            (mean, all) = (mean.Observe(x), all.Observe(x));
            Assert.Equal((all.Count, all.Mean, all.Variance), (mean.Count, mean.Mean, mean.Variance));
        }
    });
}

public class ExponentialMomentsEstimatorLaws : EstimatorLaws<ExponentialMoments>
{
    protected override double Location(ExponentialMoments estimator) => estimator.Mean;

    protected override double Scale(ExponentialMoments estimator) => estimator.Weight == 1 ? 0 : estimator.StandardDeviation;

    protected override double[] Shape(ExponentialMoments estimator) => [estimator.Skewness, estimator.ExcessKurtosis];
}

public class ExponentialMomentsMergeableLaws : MergeableLaws<ExponentialMoments>
{
    protected override double[] Answers(ExponentialMoments estimator) =>
        [estimator.Weight, estimator.EffectiveSampleSize, estimator.Mean, estimator.Variance, estimator.Skewness, estimator.ExcessKurtosis];

    [Fact]
    public void Faded_parts_merge_to_the_faded_whole() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        int cut = random.Next(1, data.Length);
        double share = 0.8 + (0.2 * random.NextDouble());
        ExponentialMoments whole = Fade(data, share), first = Fade(data.AsSpan(0, cut), share), second = Fade(data.AsSpan(cut), share);
        ExponentialMoments merged = first.Retain(Math.Pow(share, data.Length - cut)) + second;
        Law.Close(Answers(whole), Answers(merged), 1e-10, 1);
    });

    private static ExponentialMoments Fade(ReadOnlySpan<double> data, double share)
    {
        ExponentialMoments moments = default;
        foreach (double x in data)
        {
            moments = moments.Retain(share).Observe(x);
        }

        return moments;
    }
}

public class ExponentialMomentsForgetfulLaws : ForgetfulLaws<ExponentialMoments>
{
    protected override ExponentialMoments Seen(Random random)
    {
        ExponentialMoments moments = default;
        foreach (double x in Law.Data(random))
        {
            moments = moments.Observe(x);
        }

        return moments;
    }

    protected override double Weight(ExponentialMoments forgetful) => forgetful.Weight;

    protected override double[] Answers(ExponentialMoments forgetful) =>
        [forgetful.EffectiveSampleSize, forgetful.Mean, forgetful.PopulationVariance, forgetful.Variance, forgetful.Skewness, forgetful.ExcessKurtosis];
}
