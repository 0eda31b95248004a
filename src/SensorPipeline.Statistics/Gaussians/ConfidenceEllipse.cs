using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>The ellipse that holds a share of a Gaussian of two numbers, for drawing.</summary>
/// <param name="CenterX">Mean of the first number.</param>
/// <param name="CenterY">Mean of the second.</param>
/// <param name="Major">Half the long axis.</param>
/// <param name="Minor">Half the short axis.</param>
/// <param name="Angle">From the first axis to the long one, in radians, within (−π/2, π/2].</param>
public readonly record struct ConfidenceEllipse(double CenterX, double CenterY, double Major, double Minor, double Angle)
{
    /// <summary>The ellipse of two of a Gaussian's numbers.</summary>
    /// <param name="gaussian">The Gaussian.</param>
    /// <param name="confidence">Share of the probability inside, as 0.95; one standard deviation holds 0.393 of two numbers.</param>
    /// <param name="first">Index of the number on the horizontal axis.</param>
    /// <param name="second">Index of the number on the vertical axis.</param>
    public static ConfidenceEllipse Of(MultivariateGaussian gaussian, double confidence, int first = 0, int second = 1)
    {
        (double Length, double[] Direction)[] axes = PrincipalAxes(gaussian.Marginal(first, second), confidence);
        double angle = Math.Atan2(axes[0].Direction[1], axes[0].Direction[0]);
        angle = angle > Math.PI / 2 ? angle - Math.PI : angle <= -Math.PI / 2 ? angle + Math.PI : angle;
        return new(gaussian.Mean[first], gaussian.Mean[second], axes[0].Length, axes[1].Length, angle);
    }

    /// <summary>Half-lengths and directions of the axes of the ellipsoid that holds a share of a Gaussian, longest first.</summary>
    /// <param name="gaussian">The Gaussian.</param>
    /// <param name="confidence">Share of the probability inside.</param>
    public static (double Length, double[] Direction)[] PrincipalAxes(MultivariateGaussian gaussian, double confidence)
    {
        int d = gaussian.Dimension;
        double radius = Math.Sqrt(new ChiSquared(d).Quantile(confidence));
        double[] values = new double[d], vectors = new double[d * d];
        SymmetricEigen.Decompose(gaussian.Covariance, values, vectors);
        return [.. Enumerable.Range(0, d).Select(i => (radius * Math.Sqrt(Math.Max(values[i], 0)), vectors[(i * d)..((i + 1) * d)]))];
    }

    /// <summary>A point of the ellipse.</summary>
    /// <param name="turn">Where, from 0 to 1 once around.</param>
    public (double X, double Y) At(double turn)
    {
        (double sin, double cos) = Math.SinCos(2 * Math.PI * turn);
        (double tilt, double along) = Math.SinCos(Angle);
        return (CenterX + (Major * cos * along) - (Minor * sin * tilt), CenterY + (Major * cos * tilt) + (Minor * sin * along));
    }
}
