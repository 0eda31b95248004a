using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Fusion;

/// <summary>
/// Fusion of estimates whose errors are correlated in an unknown way, as when they share history: never too sure, whatever the correlation. Of one number it takes the better estimate. The share ω
/// multiplies the first estimate's information and is found by golden section; the optimum is flat.
/// </summary>
public static class CovarianceIntersection
{
    private const double Precision = 1e-9;

    /// <summary>P = (ωP₁⁻¹ + (1−ω)P₂⁻¹)⁻¹ with the best share. For more than two estimates the order matters: keep it fixed.</summary>
    /// <param name="a">One estimate.</param>
    /// <param name="b">The other.</param>
    /// <param name="criterion">What to make small.</param>
    public static (MultivariateGaussian Result, double Share) Fuse(MultivariateGaussian a, MultivariateGaussian b, IntersectionCriterion criterion = IntersectionCriterion.Trace)
    {
        double share = Minimize(w => Size(Fuse(a, b, w), criterion));
        return (Fuse(a, b, share), share);
    }

    /// <summary>The intersection at a given share.</summary>
    /// <param name="a">One estimate.</param>
    /// <param name="b">The other.</param>
    /// <param name="share">ω in [0,1], of the first estimate's information.</param>
    public static MultivariateGaussian Fuse(MultivariateGaussian a, MultivariateGaussian b, double share) => share switch
    {
        <= 0 => b,
        >= 1 => a,
        _ => GaussianAlgebra.Product(Scaled(a, 1 / share), Scaled(b, 1 / (1 - share))).Result,
    };

    /// <summary>
    /// Inverse covariance intersection, tighter where the correlation comes from common information: P⁻¹ = P₁⁻¹ + P₂⁻¹ − (ωP₁ + (1−ω)P₂)⁻¹, the share by the trace.
    /// Reference: Noack, Sijs, Reinhardt and Hanebeck (2017).
    /// </summary>
    /// <param name="a">One estimate.</param>
    /// <param name="b">The other.</param>
    public static (MultivariateGaussian Result, double Share) FuseInverse(MultivariateGaussian a, MultivariateGaussian b)
    {
        double share = Minimize(w => Size(FuseInverse(a, b, w), IntersectionCriterion.Trace));
        return (FuseInverse(a, b, share), share);
    }

    /// <summary>Inverse covariance intersection at a given share.</summary>
    /// <param name="a">One estimate.</param>
    /// <param name="b">The other.</param>
    /// <param name="share">ω in [0,1].</param>
    public static MultivariateGaussian FuseInverse(MultivariateGaussian a, MultivariateGaussian b, double share)
    {
        int d = a.Dimension;
        double[] common = new double[d * d];
        for (int i = 0; i < common.Length; i++)
        {
            common[i] = (share * a.Covariance[i]) + ((1 - share) * b.Covariance[i]);
        }

        double[] shared = new MultivariateGaussian(a.Mean, common).ToInformation().Precision;
        double[] first = a.ToInformation().Precision, second = b.ToInformation().Precision, precision = new double[d * d];
        for (int i = 0; i < precision.Length; i++)
        {
            precision[i] = first[i] + second[i] - shared[i];
            first[i] -= share * shared[i];
            second[i] -= (1 - share) * shared[i];
        }

        // Both gains add to one, so means may be taken from the first as reference.
        double[] difference = new double[d], information = new double[d], mean = a.Mean.ToArray();
        for (int i = 0; i < d; i++)
        {
            difference[i] = b.Mean[i] - a.Mean[i];
        }

        DenseMatrix.Multiply(second, difference, information, d, d, 1);
        MultivariateGaussian step = GaussianAlgebra.FromInformation(precision, information);
        for (int i = 0; i < d; i++)
        {
            mean[i] += step.Mean[i];
        }

        return new(mean, step.Covariance);
    }

    /// <summary>Split covariance intersection: each error is a correlated part, which is intersected, and an independent one, which is not. P₁ = P₁c/ω + P₁i, P₂ = P₂c/(1−ω) + P₂i, then the product.</summary>
    /// <param name="correlatedA">First estimate, with the covariance of its correlated error.</param>
    /// <param name="independentA">d×d covariance of its independent error.</param>
    /// <param name="correlatedB">Second estimate, likewise.</param>
    /// <param name="independentB">d×d covariance of its independent error.</param>
    /// <param name="share">ω in (0,1).</param>
    public static MultivariateGaussian FuseSplit(
        MultivariateGaussian correlatedA, ReadOnlySpan<double> independentA, MultivariateGaussian correlatedB, ReadOnlySpan<double> independentB, double share) =>
        GaussianAlgebra.Product(Scaled(correlatedA, 1 / share, independentA), Scaled(correlatedB, 1 / (1 - share), independentB)).Result;

    /// <summary>Split covariance intersection with the share that makes the trace smallest.</summary>
    /// <param name="correlatedA">First estimate, with the covariance of its correlated error.</param>
    /// <param name="independentA">d×d covariance of its independent error.</param>
    /// <param name="correlatedB">Second estimate, likewise.</param>
    /// <param name="independentB">d×d covariance of its independent error.</param>
    public static (MultivariateGaussian Result, double Share) FuseSplit(
        MultivariateGaussian correlatedA, double[] independentA, MultivariateGaussian correlatedB, double[] independentB)
    {
        double share = Minimize(w => w is <= 0 or >= 1
            ? double.PositiveInfinity
            : Size(FuseSplit(correlatedA, independentA, correlatedB, independentB, w), IntersectionCriterion.Trace));
        return (FuseSplit(correlatedA, independentA, correlatedB, independentB, share), share);
    }

    private static MultivariateGaussian Scaled(MultivariateGaussian gaussian, double factor, ReadOnlySpan<double> added = default)
    {
        double[] covariance = gaussian.Covariance.ToArray();
        for (int i = 0; i < covariance.Length; i++)
        {
            covariance[i] = (factor * covariance[i]) + (added.IsEmpty ? 0 : added[i]);
        }

        return new(gaussian.Mean, covariance);
    }

    private static double Size(MultivariateGaussian gaussian, IntersectionCriterion criterion) =>
        criterion == IntersectionCriterion.Trace ? DenseMatrix.Trace(gaussian.Covariance, gaussian.Dimension) : gaussian.LogDeterminant;

    /// <summary>Golden section on [0,1], the ends included: the optimum often is one of them.</summary>
    private static double Minimize(Func<double, double> size)
    {
        double golden = 0.5 * (Math.Sqrt(5) - 1);
        double low = 0, high = 1, a = 1 - golden, b = golden;
        double atA = size(a), atB = size(b);
        while (high - low > Precision)
        {
            if (atA <= atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (golden * (high - low));
                atA = size(a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (golden * (high - low));
                atB = size(b);
            }
        }

        double middle = 0.5 * (low + high), best = size(middle);
        double atZero = size(0), atOne = size(1);
        return atZero <= best && atZero <= atOne ? 0 : atOne <= best ? 1 : middle;
    }
}
