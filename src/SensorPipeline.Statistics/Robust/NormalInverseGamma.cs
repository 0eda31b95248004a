using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Statistics.Robust;

/// <summary>
/// Conjugate belief about mean and variance of a normal stream, whose predictive is a Student t that is honest from the first datum on. Forgetting pulls it towards its prior, so that it stays
/// proper through a dropout. For cold starts and change points; not robust.
/// <para>Predictive t with 2a degrees of freedom at m, scale² b(κ+1)/(aκ). Observing: κ+1, m += (x−m)/κ′, a+½, b += κ(x−m)²/(2κ′). State: four doubles.</para>
/// </summary>
/// <param name="Mean">m.</param>
/// <param name="Count">κ &gt; 0, how many data the mean is worth.</param>
/// <param name="Shape">a &gt; 0, half the data the variance is worth.</param>
/// <param name="Rate">b &gt; 0, half their sum of squares.</param>
public readonly record struct NormalInverseGamma(double Mean, double Count, double Shape, double Rate)
{
    /// <summary>The distribution of the next datum.</summary>
    public StudentT Predictive => new(2 * Shape, Mean, Math.Sqrt(Rate * (Count + 1) / (Shape * Count)));

    /// <summary>Weighs what was learned by a share and fills up with the prior. Retaining a and then b is retaining a·b.</summary>
    /// <param name="share">λ in [0,1].</param>
    /// <param name="prior">What is believed of an unknown stream.</param>
    public NormalInverseGamma Retain(double share, NormalInverseGamma prior)
    {
        double rest = 1 - share;
        double count = (share * Count) + (rest * prior.Count);
        double d = Mean - prior.Mean;
        return new(
            prior.Mean + (share * Count * d / count),
            count,
            (share * Shape) + (rest * prior.Shape),
            (share * Rate) + (rest * prior.Rate) + (share * rest * Count * prior.Count * d * d / (2 * count)));
    }

    /// <summary>After one more datum.</summary>
    /// <param name="x">The datum; one that is not finite leaves it as it is.</param>
    public NormalInverseGamma Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return this;
        }

        double d = x - Mean, count = Count + 1;
        return new(Mean + (d / count), count, Shape + 0.5, Rate + (0.5 * (Count / count) * d * d));
    }
}
