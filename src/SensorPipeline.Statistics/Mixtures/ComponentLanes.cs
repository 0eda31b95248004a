using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>The components of a mixture side by side, four a vector, for asking about one row at a time: means, packed R⁻¹ and constants, each [..][K].</summary>
internal sealed class ComponentLanes
{
    private const int Width = 4;
    private const int StackLimit = 16;

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

    /// <summary>
    /// Responsibilities of the components for a complete row and, where there is room for them, squared Mahalanobis distances; returns the log density. At most 64 components allocate nothing.
    /// </summary>
    [SkipLocalsInit]
    internal double Ask(ReadOnlySpan<double> x, EllipticalLaw law, Span<double> responsibilities, Span<double> distances)
    {
        int vectors = stride / Width;
        Span<Vector256<double>> logs = vectors <= StackLimit ? stackalloc Vector256<double>[StackLimit] : new Vector256<double>[vectors];
        logs = logs[..vectors];
        ReadOnlySpan<Vector256<double>> constant = MemoryMarshal.Cast<double, Vector256<double>>(constants);
        var most = Vector256.Create(double.NegativeInfinity);
        for (int v = 0; v < vectors; v++)
        {
            Vector256<double> squares = Distances(x, v, vectors);
            for (int k = v * Width; k < Math.Min((v + 1) * Width, distances.Length); k++)
            {
                distances[k] = squares[k - (v * Width)];
            }

            logs[v] = law.LogDensity(squares, constant[v], d);
            // Not a number where the row is not; that is how it is answered.
            most = Vector256.Max(most, logs[v]);
        }

        double top = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        return double.IsFinite(top) ? Normalize(logs, top, responsibilities) : top;
    }

    private double Normalize(Span<Vector256<double>> logs, double top, Span<double> responsibilities)
    {
        var shift = Vector256.Create(top);
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (ref Vector256<double> v in logs)
        {
            v = Elementary.Exp(v - shift);
            sum += v;
        }

        double total = Vector256.Sum(sum);
        ReadOnlySpan<double> shares = MemoryMarshal.Cast<Vector256<double>, double>(logs)[..components];
        double scale = 1 / total;
        for (int k = 0; k < shares.Length; k++)
        {
            responsibilities[k] = shares[k] * scale;
        }

        return top + Math.Log(total);
    }

    /// <summary>Squared distances of four components.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Distances(ReadOnlySpan<double> x, int v, int vectors)
    {
        ref Vector256<double> mean = ref Unsafe.As<double, Vector256<double>>(ref MemoryMarshal.GetArrayDataReference(means));
        ref Vector256<double> inverse = ref Unsafe.Add(ref Unsafe.As<double, Vector256<double>>(ref MemoryMarshal.GetArrayDataReference(inverses)), v);
        mean = ref Unsafe.Add(ref mean, v);
        // By reference after one check: the checks of every element would cost more than the arithmetic.
        ref double point = ref MemoryMarshal.GetReference(x[..d]);
        Vector256<double> distance = Vector256<double>.Zero;
        for (int i = 0; i < d; i++)
        {
            Vector256<double> y = Vector256<double>.Zero;
            for (int j = 0; j <= i; j++)
            {
                y = Vector256.FusedMultiplyAdd(inverse, Vector256.Create(Unsafe.Add(ref point, j)) - Unsafe.Add(ref mean, j * vectors), y);
                inverse = ref Unsafe.Add(ref inverse, vectors);
            }

            distance = Vector256.FusedMultiplyAdd(y, y, distance);
        }

        return distance;
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
