using System.Globalization;
using System.Numerics;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>
/// A Gaussian belief about one number, by mean and variance. <c>*</c> fuses independent beliefs about the same number (the normalised product of densities: precisions
/// add), <c>+</c> adds independent numbers (variances add). No information is an infinite variance, the identity of <c>*</c>; certainty is a zero variance.
/// The product is taken about the first mean, as m₁ + (m₂−m₁)·v₁/(v₁+v₂), so neither large offsets nor variances of 10³⁰⁰ spoil it. State: two doubles.
/// </summary>
/// <param name="Mean">Mean, in the unit of the data.</param>
/// <param name="Variance">Variance, in its square; zero or more, may be infinite.</param>
public readonly record struct Gaussian(double Mean, double Variance)
    : IMultiplyOperators<Gaussian, Gaussian, Gaussian>, IMultiplicativeIdentity<Gaussian, Gaussian>,
      IAdditionOperators<Gaussian, Gaussian, Gaussian>, IAdditiveIdentity<Gaussian, Gaussian>
{
    /// <summary>No information: infinite variance.</summary>
    public static Gaussian MultiplicativeIdentity => new(0, double.PositiveInfinity);

    /// <summary>The number zero, known exactly.</summary>
    public static Gaussian AdditiveIdentity => default;

    /// <summary>One over the variance: 0 is no information, infinity certainty.</summary>
    public double Precision => 1 / Variance;

    /// <summary>Square root of the variance.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Whether it says anything at all.</summary>
    public bool IsInformative => double.IsFinite(Variance);

    /// <summary>Precision and precision times mean, in which fusing is addition.</summary>
    public NaturalGaussian Natural => IsInformative ? new(1 / Variance, Mean / Variance) : default;

    /// <summary>A belief from its mean and precision.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="precision">One over the variance; 0 is no information.</param>
    public static Gaussian FromPrecision(double mean, double precision) => new(mean, 1 / precision);

    /// <summary>A belief from its mean and standard deviation.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="standardDeviation">Standard deviation.</param>
    public static Gaussian FromStandardDeviation(double mean, double standardDeviation) => new(mean, standardDeviation * standardDeviation);

    /// <summary>Mean and variance. Written out, since a record prints all its properties and the natural form would print this one again.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"N({Mean}, {Variance})");

    /// <summary>Fuses two independent beliefs about one number.</summary>
    /// <param name="left">One belief.</param>
    /// <param name="right">The other.</param>
    public static Gaussian operator *(Gaussian left, Gaussian right)
    {
        if (!left.IsInformative || !right.IsInformative)
        {
            return left.IsInformative ? left : right;
        }

        if (left.Variance == 0 && right.Variance == 0)
        {
            return left.Mean == right.Mean ? left : new Gaussian(double.NaN, 0);
        }

        double share = left.Variance / (left.Variance + right.Variance);
        double nearer = share <= 0.5
            ? left.Mean + (share * (right.Mean - left.Mean))
            : right.Mean + (right.Variance / (left.Variance + right.Variance) * (left.Mean - right.Mean));
        return new Gaussian(nearer, share * right.Variance);
    }

    /// <summary>Takes a belief out of a fused one, as if it had never been multiplied in; NaN variance when it was not in there.</summary>
    /// <param name="fused">The product.</param>
    /// <param name="factor">One of its factors.</param>
    public static Gaussian operator /(Gaussian fused, Gaussian factor)
    {
        if (!factor.IsInformative)
        {
            return fused;
        }

        double difference = factor.Variance - fused.Variance;
        return difference == 0 ? MultiplicativeIdentity
            : difference < 0 ? new Gaussian(double.NaN, double.NaN)
            : new Gaussian(fused.Mean + (fused.Variance / difference * (fused.Mean - factor.Mean)), fused.Variance * (factor.Variance / difference));
    }

    /// <summary>The sum of two independent numbers.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static Gaussian operator +(Gaussian left, Gaussian right) => new(left.Mean + right.Mean, left.Variance + right.Variance);

    /// <summary>The difference of two independent numbers; its variance is the sum.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static Gaussian operator -(Gaussian left, Gaussian right) => new(left.Mean - right.Mean, left.Variance + right.Variance);

    /// <summary>The number a·x + b.</summary>
    /// <param name="factor">a.</param>
    /// <param name="offset">b.</param>
    public Gaussian Linear(double factor, double offset) => new((factor * Mean) + offset, factor * factor * Variance);

    /// <summary>The belief about the same number after a random walk: variance + rate·age.</summary>
    /// <param name="age">Age in seconds; a negative one counts as none.</param>
    /// <param name="processVariance">Variance gained a second.</param>
    public Gaussian Aged(double age, double processVariance) => new(Mean, Variance + (Math.Max(age, 0) * processVariance));

    /// <summary>Natural logarithm of the density at x.</summary>
    /// <param name="x">A value.</param>
    public double LogDensity(double x)
    {
        double d = x - Mean;
        return (-0.5 * d * (d / Variance)) - SpecialFunctions.LogRootTwoPi - (0.5 * Math.Log(Variance));
    }

    /// <summary>Logarithm of the factor by which the product of the two densities differs from a density: the log density of the one mean under both variances.</summary>
    /// <param name="other">The other belief.</param>
    public double LogScale(Gaussian other) => new Gaussian(other.Mean, Variance + other.Variance).LogDensity(Mean);

    /// <summary>Squared innovation over its variance, (m₁−m₂)²/(v₁+v₂): χ² of one degree of freedom when both are honest.</summary>
    /// <param name="other">The other belief.</param>
    public double NormalizedInnovationSquared(Gaussian other)
    {
        double d = Mean - other.Mean;
        return d * (d / (Variance + other.Variance));
    }
}
