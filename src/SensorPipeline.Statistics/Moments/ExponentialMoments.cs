using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// Mean, variance, skewness and kurtosis in which the past fades: <c>moments.Retain(share).Observe(x)</c>, share = exp(−Δt/τ).
/// <para>
/// The weights are kept unnormalised ("adjusted"): W ← λW + 1, W₂ ← λ²W₂ + 1, mean += d/W, M₂ ← λM₂ + d(x − mean). It is therefore unbiased from the second
/// datum on, needs no seed, and a time constant survives dropouts and changes of rate. The variance divides by W − W₂/W, and
/// n_eff = W²/W₂ tends to (1+λ)/(1−λ). W² − W₂ is kept as the sum it is, over pairs of data, since the difference has no digits when a gap has left the past next to nothing. Reference: West (1979), Finch (2009); higher orders by the merge of <see cref="Moments"/>.
/// </para>
/// <para>Merging adds weights; first retain both to the same time. NaN until it knows enough. State: eight doubles.</para>
/// </summary>
public readonly record struct ExponentialMoments : IEstimator<ExponentialMoments>, IMergeable<ExponentialMoments>, IForgetful<ExponentialMoments>
{
    private readonly double weight;
    private readonly double squaredWeight;
    private readonly double pairWeight;
    private readonly double high;
    private readonly double low;
    private readonly double second;
    private readonly double third;
    private readonly double fourth;

    internal ExponentialMoments(double weight, double squaredWeight, double pairWeight, double high, double low, double second, double third, double fourth)
    {
        this.weight = weight;
        this.squaredWeight = squaredWeight;
        this.pairWeight = pairWeight;
        this.high = high;
        this.low = low;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /// <summary>Nothing observed yet.</summary>
    public static ExponentialMoments AdditiveIdentity => default;

    /// <summary>Sum of the weights, W.</summary>
    public double Weight => weight;

    /// <summary>Number of equally weighted data that would know as much, n_eff = W²/W₂; 0 before the first.</summary>
    public double EffectiveSampleSize => weight > 0 ? weight * (weight / squaredWeight) : 0;

    /// <summary>Weighted mean; NaN before the first datum.</summary>
    public double Mean => weight > 0 ? high + low : double.NaN;

    /// <summary>Variance of the weighted data as a population, M₂/W.</summary>
    public double PopulationVariance => weight > 0 ? second / weight : double.NaN;

    /// <summary>Unbiased variance M₂/(W − W₂/W); NaN while only one datum has weight.</summary>
    public double Variance => pairWeight > 0 ? second * (weight / pairWeight) : double.NaN;

    /// <summary>Square root of <see cref="Variance"/>.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Variance of the mean itself, Variance·W₂/W², for independent data.</summary>
    public double MeanVariance => Variance / EffectiveSampleSize;

    /// <summary>Skewness of the weighted data, (M₃/W)/(M₂/W)^1.5; NaN when they are all equal.</summary>
    public double Skewness => second > 0 ? Math.Sqrt(weight / second) * (third / second) : double.NaN;

    /// <summary>Excess kurtosis of the weighted data, W·M₄/M₂² − 3; NaN when they are all equal.</summary>
    public double ExcessKurtosis => second > 0 ? (weight * (fourth / second) / second) - 3 : double.NaN;

    /// <summary>Share of the past left after a time step, exp(−step/timeConstant); a step that goes back in time forgets nothing.</summary>
    /// <param name="step">Time since the last datum, in the unit of the time constant.</param>
    /// <param name="timeConstant">Time in which a weight falls to 1/e; positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Share(double step, double timeConstant) => SpecialFunctions.Decay(step / timeConstant);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExponentialMoments Retain(double share) =>
        new(share * weight, share * share * squaredWeight, share * share * pairWeight, high, low, share * second, share * third, share * fourth);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExponentialMoments Observe(double x) => Observe(x, 1);

    /// <summary>The estimator after one more datum of a given weight.</summary>
    /// <param name="x">The datum; one that is not finite leaves the estimator as it is.</param>
    /// <param name="share">Weight of the datum, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExponentialMoments Observe(double x, double share)
    {
        if (!double.IsFinite(x) || !(share > 0))
        {
            return this;
        }

        double total = weight + share;
        double d = x - high - low;
        double q = d * (1 / total);
        double s = q * share;
        double t = d * (s * weight);
        double cubic = weight - share, square = share * share;
        double inner = Math.FusedMultiplyAdd(t, Math.FusedMultiplyAdd(weight, cubic, square), 6 * square * second);
        double m4 = Math.FusedMultiplyAdd(q, Math.FusedMultiplyAdd(q, inner, -4 * share * third), fourth);
        double m3 = Math.FusedMultiplyAdd(q, Math.FusedMultiplyAdd(t, cubic, -3 * share * second), third);
        (double h, double l) = HighLow.Step(high, low, s);
        return new ExponentialMoments(total, squaredWeight + square, Math.FusedMultiplyAdd(2 * share, weight, pairWeight), h, l, second + t, m3, m4);
    }

    /// <summary>The moments of both inputs' data together, each with the weight it has.</summary>
    /// <param name="left">One set of data.</param>
    /// <param name="right">The other.</param>
    public static ExponentialMoments operator +(ExponentialMoments left, ExponentialMoments right)
    {
        Moments sum = new Moments(left.weight, left.high, left.low, left.second, left.third, left.fourth)
            + new Moments(right.weight, right.high, right.low, right.second, right.third, right.fourth);
        double pairs = left.pairWeight + right.pairWeight + (2 * left.weight * right.weight);
        return sum.Weighted(left.squaredWeight + right.squaredWeight, pairs);
    }
}
