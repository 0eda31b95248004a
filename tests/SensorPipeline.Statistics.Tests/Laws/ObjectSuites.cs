using SensorPipeline.Statistics.Dependence;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Quantiles;

namespace SensorPipeline.Statistics.Tests.Laws;

public class RunningCovarianceMergingLaws : MergingLaws<RunningCovariance>
{
    protected override RunningCovariance Create() => new(2);

    protected override void Observe(RunningCovariance estimator, double x, double before) => estimator.Observe([x, before]);

    protected override void Merge(RunningCovariance estimator, RunningCovariance other) => estimator.Merge(other);

    protected override double[] Answers(RunningCovariance estimator)
    {
        double[] answers = new double[8];
        estimator.Mean(answers);
        estimator.Covariance(answers.AsSpan(2));
        (answers[6], answers[7]) = (estimator.Weight, estimator.EffectiveSampleSize);
        return answers;
    }
}

public class RunningCovarianceFadingLaws : FadingLaws<RunningCovariance>
{
    protected override RunningCovariance Seen(Random random)
    {
        var sums = new RunningCovariance(2);
        foreach (double x in Law.Data(random))
        {
            sums.Observe([x, x * random.NextDouble()]);
        }

        return sums;
    }

    protected override void Retain(RunningCovariance estimator, double share) => estimator.Retain(share);

    protected override double Weight(RunningCovariance estimator) => estimator.Weight;

    protected override double[] Answers(RunningCovariance estimator)
    {
        double[] answers = new double[5];
        estimator.Covariance(answers);
        answers[4] = estimator.EffectiveSampleSize;
        return answers;
    }
}

public class QuantileSketchMergingLaws : MergingLaws<QuantileSketch>
{
    protected override QuantileSketch Create() => new(0, 1e-6);

    protected override void Observe(QuantileSketch estimator, double x, double before) => estimator.Observe(x);

    protected override void Merge(QuantileSketch estimator, QuantileSketch other) => estimator.Merge(other);

    protected override double[] Answers(QuantileSketch estimator) => [estimator.Count, .. new[] { 0, 0.01, 0.3, 0.5, 0.99, 1 }.Select(estimator.Quantile)];
}

public class AllanCascadeMergingLaws : MergingLaws<AllanCascade>
{
    protected override bool IsOfSingleData => false;

    protected override AllanCascade Create() => new(3);

    protected override void Observe(AllanCascade estimator, double x, double before) => estimator.Observe(x);

    protected override void Merge(AllanCascade estimator, AllanCascade other) => estimator.Merge(other);

    protected override double[] Answers(AllanCascade estimator) => [estimator.Count(0), estimator.Count(2), estimator.Variance(0), estimator.Variance(1)];
}

public class AllanCascadeFadingLaws : FadingLaws<AllanCascade>
{
    protected override AllanCascade Seen(Random random)
    {
        var cascade = new AllanCascade(3);
        foreach (double x in Law.Data(random, least: 16))
        {
            cascade.Observe(x);
        }

        return cascade;
    }

    protected override void Retain(AllanCascade estimator, double share) => estimator.Retain(share);

    protected override double Weight(AllanCascade estimator) => estimator.Count(0);

    protected override double[] Answers(AllanCascade estimator) => [estimator.Variance(0), estimator.Variance(2)];
}
