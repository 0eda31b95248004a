using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>The components of a mixture side by side, four a vector, for asking about one row at a time: means, packed R⁻¹ and constants, each [..][K].</summary>
internal sealed class ComponentLanes
{
    private const int Width = 4;

    private readonly int d;
    private readonly int components;
    private readonly int stride;
    private readonly double[] means;
    private readonly double[] inverses;
    private readonly double[] constants;
    private readonly double[] factor;

    internal ComponentLanes(int components, int dimension)
    {
        d = dimension;
        this.components = components;
        stride = (components + Width - 1) / Width * Width;
        means = new double[d * stride];
        inverses = new double[d * (d + 1) / 2 * stride];
        constants = new double[stride];
        factor = new double[d * d];
        Array.Fill(constants, double.NegativeInfinity);
    }

    /// <summary>What the log density of a component has besides its distance: ln π − ½ ln |C| − ½ d ln 2π.</summary>
    internal double Constant(int k) => constants[k];

    /// <summary>Sets a component. False where its covariance is not positive definite; it then has no density anywhere.</summary>
    internal bool TrySet(int k, double weight, ReadOnlySpan<double> mean, ReadOnlySpan<double> covariance)
    {
        bool isProper = Cholesky.TryFactor(covariance, factor, d);
        constants[k] = isProper && weight > 0
            ? Math.Log(weight) - (0.5 * Cholesky.LogDeterminant(factor, d)) - (d * SpecialFunctions.LogRootTwoPi)
            : double.NegativeInfinity;
        if (isProper)
        {
            InvertInto(k);
        }

        for (int j = 0; j < d; j++)
        {
            means[(j * stride) + k] = mean[j];
        }

        return isProper;
    }

    /// <summary>Responsibilities and squared Mahalanobis distances of the components for a complete row; returns the log density. At most 64 components allocate nothing.</summary>
    internal double Ask(ReadOnlySpan<double> x, Span<double> responsibilities, Span<double> distances)
    {
        Span<double> lanes = stride <= 64 ? stackalloc double[stride] : new double[stride], squares = stride <= 64 ? stackalloc double[stride] : new double[stride];
        Distances(x, squares);
        double top = double.NegativeInfinity;
        for (int k = 0; k < stride; k++)
        {
            lanes[k] = constants[k] - (0.5 * squares[k]);
            top = lanes[k] > top ? lanes[k] : top;
        }

        squares[..components].CopyTo(distances);
        return double.IsFinite(top) ? Normalize(lanes, top, responsibilities) : top;
    }

    private double Normalize(Span<double> lanes, double top, Span<double> responsibilities)
    {
        var shift = Vector256.Create(top);
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (ref Vector256<double> v in MemoryMarshal.Cast<double, Vector256<double>>(lanes))
        {
            v = Vector256.Exp(v - shift);
            sum += v;
        }

        double total = Vector256.Sum(sum);
        TensorPrimitives.Divide(lanes[..components], total, responsibilities);
        return top + Math.Log(total);
    }

    private void Distances(ReadOnlySpan<double> x, Span<double> squares)
    {
        ReadOnlySpan<Vector256<double>> m = MemoryMarshal.Cast<double, Vector256<double>>(means), inverse = MemoryMarshal.Cast<double, Vector256<double>>(inverses);
        Span<Vector256<double>> result = MemoryMarshal.Cast<double, Vector256<double>>(squares);
        int vectors = result.Length;
        for (int v = 0; v < vectors; v++)
        {
            Vector256<double> distance = Vector256<double>.Zero;
            int at = v;
            for (int i = 0; i < d; i++)
            {
                Vector256<double> y = Vector256<double>.Zero;
                int mean = v;
                for (int j = 0; j <= i; j++)
                {
                    y = Vector256.FusedMultiplyAdd(inverse[at], Vector256.Create(x[j]) - m[mean], y);
                    at += vectors;
                    mean += vectors;
                }

                distance = Vector256.FusedMultiplyAdd(y, y, distance);
            }

            result[v] = distance;
        }
    }

    /// <summary>R⁻¹ from the factor, column by column, into the component's lane.</summary>
    private void InvertInto(int k)
    {
        for (int j = 0; j < d; j++)
        {
            inverses[(Packed(j, j) * stride) + k] = 1 / factor[(j * d) + j];
            for (int i = j + 1; i < d; i++)
            {
                double sum = 0;
                for (int a = j; a < i; a++)
                {
                    sum += factor[(i * d) + a] * inverses[(Packed(a, j) * stride) + k];
                }

                inverses[(Packed(i, j) * stride) + k] = -sum / factor[(i * d) + i];
            }
        }
    }

    private static int Packed(int i, int j) => (i * (i + 1) / 2) + j;
}
