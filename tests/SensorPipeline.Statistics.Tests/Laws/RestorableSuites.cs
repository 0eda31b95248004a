using SensorPipeline.Statistics.Dependence;
using SensorPipeline.Statistics.Filters;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Statistics.Windows;

namespace SensorPipeline.Statistics.Tests.Laws;

public class SlidingMomentsLaws : RestorableLaws<SlidingMoments>
{
    protected override SlidingMoments Create(double shift, double factor) => new(23);

    protected override void Observe(SlidingMoments estimator, ReadOnlySpan<double> data, int place) => estimator.Observe(data[place]);

    protected override double[] Locations(SlidingMoments estimator) => [estimator.Moments.Mean, estimator.Minimum, estimator.Maximum];

    protected override double[] Scales(SlidingMoments estimator) => [Math.Sqrt(estimator.Moments.Variance)];

    protected override double[] Shapes(SlidingMoments estimator) => [estimator.Moments.Skewness];
}

public class SlidingMedianLaws : RestorableLaws<SlidingMedian>
{
    protected override SlidingMedian Create(double shift, double factor) => new(23);

    protected override void Observe(SlidingMedian estimator, ReadOnlySpan<double> data, int place) => estimator.Observe(data[place]);

    protected override double[] Locations(SlidingMedian estimator) => [estimator.Median];

    protected override double[] Scales(SlidingMedian estimator) => [estimator.MedianAbsoluteDeviation];
}

public class QuantileSketchStateLaws : RestorableLaws<QuantileSketch>
{
    // Two values within 1 % of the same distance.
    protected override double Tolerance => 0.0202;

    protected override QuantileSketch Create(double shift, double factor) => new(shift, factor / 1024);

    protected override void Observe(QuantileSketch estimator, ReadOnlySpan<double> data, int place) => estimator.Observe(data[place]);

    protected override double[] Scales(QuantileSketch estimator) => [.. new[] { 0, 0.01, 0.3, 0.5, 0.99, 1 }.Select(p => estimator.Quantile(p) - estimator.Anchor)];

    protected override double[] Shapes(QuantileSketch estimator) => [estimator.Count];
}

public class AllanCascadeLaws : RestorableLaws<AllanCascade>
{
    protected override AllanCascade Create(double shift, double factor) => new(3);

    protected override void Observe(AllanCascade estimator, ReadOnlySpan<double> data, int place) => estimator.Observe(data[place]);

    protected override double[] Scales(AllanCascade estimator) => [Math.Sqrt(estimator.Variance(0)), Math.Sqrt(estimator.Variance(1))];

    protected override double[] Shapes(AllanCascade estimator) => [estimator.Count(2)];
}

public class RunningCovarianceLaws : RestorableLaws<RunningCovariance>
{
    protected override RunningCovariance Create(double shift, double factor) => new(2);

    protected override void Observe(RunningCovariance estimator, ReadOnlySpan<double> data, int place) =>
        estimator.Observe([data[place], Before(data, place)]);

    protected override double[] Locations(RunningCovariance estimator)
    {
        double[] mean = new double[2];
        estimator.Mean(mean);
        return mean;
    }

    protected override double[] Scales(RunningCovariance estimator)
    {
        double[] covariance = new double[4];
        estimator.Covariance(covariance);
        return [Math.Sqrt(covariance[0]), Math.Sqrt(covariance[3])];
    }

    protected override double[] Shapes(RunningCovariance estimator)
    {
        double[] correlation = new double[4];
        estimator.Correlation(correlation);
        return correlation;
    }
}

public class StepwiseMixtureLaws : RestorableLaws<StepwiseMixture>
{
    protected override StepwiseMixture Create(double shift, double factor)
    {
        double variance = 2500 * factor * factor, low = shift - (50 * factor), high = shift + (50 * factor);
        return new(new([0.5, 0.5], [low, low, high, high], [variance, 0, 0, variance, variance, 0, 0, variance]), 1e-4 * factor * factor);
    }

    protected override void Observe(StepwiseMixture estimator, ReadOnlySpan<double> data, int place) =>
        estimator.Observe([data[place], Before(data, place)], 0.02);

    protected override double[] Locations(StepwiseMixture estimator) => estimator.ToMixture().Means.ToArray();

    protected override double[] Scales(StepwiseMixture estimator) => [.. new[] { 0, 3, 4, 7 }.Select(i => Math.Sqrt(estimator.ToMixture().Covariances[i]))];

    protected override double[] Shapes(StepwiseMixture estimator) => estimator.ToMixture().MixingWeights.ToArray();

    /// <summary>Responsibilities are of the last row asked about, learned or not.</summary>
    protected override double[] Kept(double[] state) => state[..^2];
}

public class KalmanFilterLaws : RestorableLaws<KalmanFilter>
{
    // The state is one number and the model may turn it, so an innovation has a resolution of 1e-7 at a billion; the covariance knows nothing of it.
    protected override double OffsetTolerance => 1e-5;

    protected override KalmanFilter Create(double shift, double factor)
    {
        double square = factor * factor;
        return new(new([1, 0.5, 0, 1], [square, 0, 0, square], [1, 0], [4 * square]), [shift, 0], [100 * square, 0, 0, square]);
    }

    protected override void Observe(KalmanFilter estimator, ReadOnlySpan<double> data, int place)
    {
        if (double.IsFinite(data[place]))
        {
            estimator.Predict();
        }

        estimator.Update([data[place]]);
    }

    protected override double[] Locations(KalmanFilter estimator) => [estimator.State[0]];

    protected override double[] Scales(KalmanFilter estimator) => [Math.Sqrt(estimator.Covariance[0]), Math.Sqrt(estimator.Covariance[3])];

    protected override double[] Shapes(KalmanFilter estimator) => [estimator.NormalizedInnovationSquared];
}

public class ChangePointPosteriorLaws : RestorableLaws<ChangePointPosterior>
{
    protected override ChangePointPosterior Create(double shift, double factor) =>
        new(new NormalInverseGamma(shift, 1, 2, 100 * factor * factor), 50, leastProbability: 1e-9, mostRuns: 300);

    protected override void Observe(ChangePointPosterior estimator, ReadOnlySpan<double> data, int place) => estimator.Observe(data[place]);

    protected override double[] Shapes(ChangePointPosterior estimator) => [.. new[] { 0, 1, 5, 20, 100 }.Select(estimator.ProbabilityUpTo)];
}

public class MomentsTableLaws : RestorableLaws<MomentsTable>
{
    protected override MomentsTable Create(double shift, double factor) => new(2);

    protected override void Observe(MomentsTable estimator, ReadOnlySpan<double> data, int place) => estimator.Observe([data[place], Before(data, place)]);

    protected override double[] Locations(MomentsTable estimator) => [estimator[0].Mean, estimator[1].Mean];

    protected override double[] Scales(MomentsTable estimator) => [Math.Sqrt(estimator[0].Variance), Math.Sqrt(estimator[1].Variance)];

    protected override double[] Shapes(MomentsTable estimator) => [estimator[0].Skewness, estimator[1].Count];
}

public class ExponentialMomentsTableLaws : RestorableLaws<ExponentialMomentsTable>
{
    protected override ExponentialMomentsTable Create(double shift, double factor) => new(2);

    protected override void Observe(ExponentialMomentsTable estimator, ReadOnlySpan<double> data, int place)
    {
        double share = double.IsFinite(data[place]) ? 0.9 : 1;
        estimator.Observe([data[place], Before(data, place)], [share, share]);
    }

    protected override double[] Locations(ExponentialMomentsTable estimator) => [estimator[0].Mean, estimator[1].Mean];

    protected override double[] Scales(ExponentialMomentsTable estimator) => [Math.Sqrt(estimator[0].Variance), Math.Sqrt(estimator[1].Variance)];

    protected override double[] Shapes(ExponentialMomentsTable estimator) => [estimator[0].Weight];
}
