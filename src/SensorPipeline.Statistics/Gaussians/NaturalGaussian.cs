using System.Globalization;
using System.Numerics;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>
/// A Gaussian belief by its natural parameters, in which fusing is addition, in any order. The information is precision·mean: measure means from a point near the data, or a large
/// offset costs digits. State: two doubles.
/// </summary>
/// <param name="Precision">One over the variance, Λ; 0 is no information.</param>
/// <param name="Information">Precision times mean, η.</param>
public readonly record struct NaturalGaussian(double Precision, double Information)
    : IAdditionOperators<NaturalGaussian, NaturalGaussian, NaturalGaussian>, IAdditiveIdentity<NaturalGaussian, NaturalGaussian>
{
    /// <summary>No information.</summary>
    public static NaturalGaussian AdditiveIdentity => default;

    /// <summary>Mean and variance of the belief.</summary>
    public Gaussian Gaussian => Precision > 0 ? new(Information / Precision, 1 / Precision) : Gaussian.MultiplicativeIdentity;

    /// <summary>Precision and information.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"precision {Precision}, information {Information}");

    /// <summary>Fuses two independent beliefs about one number.</summary>
    /// <param name="left">One belief.</param>
    /// <param name="right">The other.</param>
    public static NaturalGaussian operator +(NaturalGaussian left, NaturalGaussian right) =>
        new(left.Precision + right.Precision, left.Information + right.Information);

    /// <summary>Takes a belief out of a sum it is part of.</summary>
    /// <param name="left">The sum.</param>
    /// <param name="right">The part.</param>
    public static NaturalGaussian operator -(NaturalGaussian left, NaturalGaussian right) =>
        new(left.Precision - right.Precision, left.Information - right.Information);
}
