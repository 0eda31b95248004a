using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>Operations under which Gaussians stay Gaussian. All return new objects.</summary>
public static class GaussianAlgebra
{
    /// <summary>The joint of independent Gaussians: means in a row, covariances on the diagonal.</summary>
    /// <param name="parts">One or more.</param>
    public static MultivariateGaussian Joint(params ReadOnlySpan<MultivariateGaussian> parts)
    {
        int d = 0;
        foreach (MultivariateGaussian part in parts)
        {
            d += part.Dimension;
        }

        double[] mean = new double[d], covariance = new double[d * d];
        int offset = 0;
        foreach (MultivariateGaussian part in parts)
        {
            part.Mean.CopyTo(mean.AsSpan(offset));
            for (int i = 0; i < part.Dimension; i++)
            {
                part.Covariance.Slice(i * part.Dimension, part.Dimension).CopyTo(covariance.AsSpan(((offset + i) * d) + offset));
            }

            offset += part.Dimension;
        }

        return new(mean, covariance);
    }

    /// <summary>Some of the numbers alone: their rows and columns.</summary>
    /// <param name="gaussian">The joint.</param>
    /// <param name="keep">Indices, in the order wanted.</param>
    public static MultivariateGaussian Marginal(this MultivariateGaussian gaussian, params ReadOnlySpan<int> keep)
    {
        double[] mean = new double[keep.Length], covariance = new double[keep.Length * keep.Length];
        for (int i = 0; i < keep.Length; i++)
        {
            mean[i] = gaussian.Mean[keep[i]];
            for (int j = 0; j < keep.Length; j++)
            {
                covariance[(i * keep.Length) + j] = gaussian.Covariance[(keep[i] * gaussian.Dimension) + keep[j]];
            }
        }

        return new(mean, covariance);
    }

    /// <summary>The sum of two independent vectors: means and covariances add.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static MultivariateGaussian Sum(MultivariateGaussian a, MultivariateGaussian b)
    {
        double[] mean = a.Mean.ToArray(), covariance = a.Covariance.ToArray();
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] += b.Mean[i];
        }

        for (int i = 0; i < covariance.Length; i++)
        {
            covariance[i] += b.Covariance[i];
        }

        return new(mean, covariance);
    }

    /// <summary>The vector y = T·x + c + noise: mean T·m + c, covariance T·C·Tᵀ + Q; and the covariance of x with y, C·Tᵀ.</summary>
    /// <param name="gaussian">x, d numbers.</param>
    /// <param name="transform">T, rows×d, row-major.</param>
    /// <param name="offset">c, one a row.</param>
    /// <param name="noise">Q, rows×rows.</param>
    /// <returns>y, and the d×rows cross-covariance.</returns>
    public static (MultivariateGaussian Result, double[] CrossCovariance) Linear(
        this MultivariateGaussian gaussian, ReadOnlySpan<double> transform, ReadOnlySpan<double> offset, ReadOnlySpan<double> noise)
    {
        int d = gaussian.Dimension, rows = offset.Length;
        double[] mean = new double[rows], covariance = new double[rows * rows], cross = new double[d * rows];
        DenseMatrix.Multiply(transform, gaussian.Mean, mean, rows, d, 1);
        DenseMatrix.MultiplyTransposed(gaussian.Covariance, transform, cross, d, d, rows);
        DenseMatrix.Multiply(transform, cross, covariance, rows, d, rows);
        DenseMatrix.Symmetrize(covariance, rows);
        for (int i = 0; i < rows; i++)
        {
            mean[i] += offset[i];
        }

        for (int i = 0; i < covariance.Length; i++)
        {
            covariance[i] += noise[i];
        }

        return (new(mean, covariance), cross);
    }

    /// <summary>
    /// The normalised product of two densities, which fuses two independent beliefs about the same numbers: G = C₁(C₁+C₂)⁻¹, m = m₁ + G(m₂−m₁), C = C₁ − G·C₁; and the logarithm of
    /// the factor that normalising took, ln N(m₁; m₂, C₁+C₂).
    /// </summary>
    /// <param name="a">One belief.</param>
    /// <param name="b">The other.</param>
    public static (MultivariateGaussian Result, double LogScale) Product(MultivariateGaussian a, MultivariateGaussian b)
    {
        int d = a.Dimension;
        var sum = new MultivariateGaussian(b.Mean, Sum(a, b).Covariance);
        double[] mean = a.Mean.ToArray(), difference = new double[d], column = new double[d], covariance = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            difference[i] = b.Mean[i] - a.Mean[i];
        }

        Cholesky.Solve(sum.Factor, difference);
        for (int j = 0; j < d; j++)
        {
            // Column j of (C₁+C₂)⁻¹C₂; C₁ times it is the product's covariance, without the difference that could cancel.
            for (int i = 0; i < d; i++)
            {
                column[i] = b.Covariance[(i * d) + j];
            }

            Cholesky.Solve(sum.Factor, column);
            for (int i = 0; i < d; i++)
            {
                for (int k = 0; k < d; k++)
                {
                    covariance[(i * d) + j] += a.Covariance[(i * d) + k] * column[k];
                }

                mean[i] += a.Covariance[(i * d) + j] * difference[j];
            }
        }

        DenseMatrix.Symmetrize(covariance, d);
        return (new(mean, covariance), sum.LogDensity(a.Mean));
    }

    /// <summary>Precision matrix C⁻¹ and information vector C⁻¹m, in which fusing is addition.</summary>
    /// <param name="gaussian">The belief.</param>
    public static (double[] Precision, double[] Information) ToInformation(this MultivariateGaussian gaussian)
    {
        double[] precision = new double[gaussian.Covariance.Length], information = gaussian.Mean.ToArray();
        Cholesky.Invert(gaussian.Factor, precision, gaussian.Dimension);
        Cholesky.Solve(gaussian.Factor, information);
        return (precision, information);
    }

    /// <summary>The belief with a precision matrix and an information vector; NaN when the precision is not positive definite.</summary>
    /// <param name="precision">C⁻¹, d×d.</param>
    /// <param name="information">C⁻¹m.</param>
    public static MultivariateGaussian FromInformation(ReadOnlySpan<double> precision, ReadOnlySpan<double> information)
    {
        double[] factor = new double[precision.Length], covariance = new double[precision.Length], mean = information.ToArray();
        if (!Cholesky.TryFactor(precision, factor, mean.Length))
        {
            Array.Fill(factor, double.NaN);
        }

        Cholesky.Invert(factor, covariance, mean.Length);
        Cholesky.Solve(factor, mean);
        return new(mean, covariance);
    }
}
