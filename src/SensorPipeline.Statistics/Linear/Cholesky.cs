using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorPipeline.Statistics.Linear;

/// <summary>
/// Cholesky factor C = R·Rᵀ of a symmetric positive definite matrix on row-major spans, for the small dimensions of a sensor group: no allocation, no dispatch. Only the lower
/// triangle is read and written. Above 16 dimensions MathNet's blocked factorisation is the better tool.
/// </summary>
public static class Cholesky
{
    /// <summary>Factors a matrix. False when it is not positive definite; the factor is then of no use.</summary>
    /// <param name="matrix">d×d, row-major, lower triangle.</param>
    /// <param name="factor">d×d; receives R in the lower triangle and zeros above. May be the matrix itself.</param>
    /// <param name="d">Dimension.</param>
    public static bool TryFactor(ReadOnlySpan<double> matrix, Span<double> factor, int d)
    {
        ref double source = ref MemoryMarshal.GetReference(matrix[..(d * d)]), result = ref MemoryMarshal.GetReference(factor[..(d * d)]);
        for (int i = 0; i < d; i++)
        {
            ref double row = ref Unsafe.Add(ref result, i * d);
            for (int j = 0; j < i; j++)
            {
                ref double above = ref Unsafe.Add(ref result, j * d);
                Unsafe.Add(ref row, j) = (Unsafe.Add(ref source, (i * d) + j) - Dot(ref row, ref above, j)) / Unsafe.Add(ref above, j);
            }

            double diagonal = Unsafe.Add(ref source, (i * d) + i) - Dot(ref row, ref row, i);
            if (!(diagonal > 0) || !double.IsFinite(diagonal))
            {
                return false;
            }

            Unsafe.Add(ref row, i) = Math.Sqrt(diagonal);
            for (int j = i + 1; j < d; j++)
            {
                // Above the diagonal the input may be the very memory of the factor, but only its lower triangle is read.
                Unsafe.Add(ref row, j) = 0;
            }
        }

        return true;
    }

    /// <summary>Solves R·y = b in place: b becomes R⁻¹b, whose squared length is bᵀC⁻¹b.</summary>
    /// <param name="factor">R.</param>
    /// <param name="b">Right side, then y.</param>
    public static void SolveLower(ReadOnlySpan<double> factor, Span<double> b)
    {
        int d = b.Length;
        ref double row = ref MemoryMarshal.GetReference(factor[..(d * d)]), y = ref MemoryMarshal.GetReference(b);
        for (int i = 0; i < d; i++)
        {
            Unsafe.Add(ref y, i) = (Unsafe.Add(ref y, i) - Dot(ref row, ref y, i)) / Unsafe.Add(ref row, i);
            row = ref Unsafe.Add(ref row, d);
        }
    }

    /// <summary>Solves Rᵀ·x = y in place.</summary>
    /// <param name="factor">R.</param>
    /// <param name="y">Right side, then x.</param>
    public static void SolveUpper(ReadOnlySpan<double> factor, Span<double> y)
    {
        int d = y.Length;
        for (int i = d - 1; i >= 0; i--)
        {
            double sum = y[i];
            for (int k = i + 1; k < d; k++)
            {
                sum -= factor[(k * d) + i] * y[k];
            }

            y[i] = sum / factor[(i * d) + i];
        }
    }

    /// <summary>Solves C·x = b in place.</summary>
    /// <param name="factor">R.</param>
    /// <param name="b">Right side, then x.</param>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> b)
    {
        SolveLower(factor, b);
        SolveUpper(factor, b);
    }

    /// <summary>The inverse R⁻¹, lower triangular.</summary>
    /// <param name="factor">R.</param>
    /// <param name="inverse">d×d; receives R⁻¹ with zeros above the diagonal.</param>
    /// <param name="d">Dimension.</param>
    public static void InvertFactor(ReadOnlySpan<double> factor, Span<double> inverse, int d)
    {
        inverse[..(d * d)].Clear();
        for (int j = 0; j < d; j++)
        {
            inverse[(j * d) + j] = 1 / factor[(j * d) + j];
            for (int i = j + 1; i < d; i++)
            {
                double sum = 0;
                for (int k = j; k < i; k++)
                {
                    sum += factor[(i * d) + k] * inverse[(k * d) + j];
                }

                inverse[(i * d) + j] = -sum / factor[(i * d) + i];
            }
        }
    }

    /// <summary>The inverse C⁻¹ = R⁻ᵀR⁻¹, symmetric.</summary>
    /// <param name="factor">R.</param>
    /// <param name="inverse">d×d; receives C⁻¹.</param>
    /// <param name="d">Dimension.</param>
    public static void Invert(ReadOnlySpan<double> factor, Span<double> inverse, int d)
    {
        InvertFactor(factor, inverse, d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = i; k < d; k++)
                {
                    sum += inverse[(k * d) + i] * inverse[(k * d) + j];
                }

                // The column i of R⁻¹ from row i down is no longer needed above this row, so the lower triangle can hold the result.
                inverse[(i * d) + j] = sum;
            }
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = i + 1; j < d; j++)
            {
                inverse[(i * d) + j] = inverse[(j * d) + i];
            }
        }
    }

    /// <summary>ln |C| = 2·Σ ln Rᵢᵢ.</summary>
    /// <param name="factor">R.</param>
    /// <param name="d">Dimension.</param>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int d)
    {
        double sum = 0;
        for (int i = 0; i < d; i++)
        {
            sum += Math.Log(factor[(i * d) + i]);
        }

        return 2 * sum;
    }

    /// <summary>By reference: for two or three terms the checks of every element would cost more than the arithmetic. Callers have checked the lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Dot(ref double a, ref double b, int count)
    {
        double sum = 0;
        for (int k = 0; k < count; k++)
        {
            sum += Unsafe.Add(ref a, k) * Unsafe.Add(ref b, k);
        }

        return sum;
    }
}
