namespace SensorPipeline.Statistics.Distributions;

/// <summary>
/// A distribution with its parameters fixed, as a value: <c>new Normal(20, 0.5).SurvivalProbability(21)</c>. Generic code takes a
/// <typeparamref name="TSelf"/> and calls it directly, without boxing; what follows from these members is in <see cref="Distribution"/>.
/// Both tails are computed as such, never as one minus the other, and every probability has a logarithm that stays finite where it
/// underflows. Parameters without a meaning give NaN.
/// </summary>
/// <typeparam name="TSelf">The distribution.</typeparam>
public interface IDistribution<TSelf>
    where TSelf : unmanaged, IDistribution<TSelf>
{
    /// <summary>Expected value; NaN where it does not exist.</summary>
    double Mean { get; }

    /// <summary>Variance; infinite or NaN where it does not exist.</summary>
    double Variance { get; }

    /// <summary>A distribution fitted to a sample by the best method this library has for it.</summary>
    /// <param name="sample">Finite data, in any order.</param>
    static abstract TSelf Fit(ReadOnlySpan<double> sample);

    /// <summary>Natural logarithm of the density.</summary>
    /// <param name="x">A value.</param>
    double LogDensity(double x);

    /// <summary>P(X ≤ x).</summary>
    /// <param name="x">A value.</param>
    double CumulativeProbability(double x);

    /// <summary>ln P(X ≤ x).</summary>
    /// <param name="x">A value.</param>
    double LogCumulativeProbability(double x);

    /// <summary>P(X &gt; x).</summary>
    /// <param name="x">A value.</param>
    double SurvivalProbability(double x);

    /// <summary>ln P(X &gt; x).</summary>
    /// <param name="x">A value.</param>
    double LogSurvivalProbability(double x);

    /// <summary>The x with P(X ≤ x) = p.</summary>
    /// <param name="p">Probability in [0,1].</param>
    double Quantile(double p);

    /// <summary>The x with P(X &gt; x) = q, right for q far below the resolution of 1 − q.</summary>
    /// <param name="q">Probability in [0,1].</param>
    double InverseSurvivalProbability(double q);

    /// <summary>One draw.</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    double Sample(Random random);
}
