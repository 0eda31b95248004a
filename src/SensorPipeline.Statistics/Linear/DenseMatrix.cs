using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorPipeline.Statistics.Linear;

/// <summary>
/// Products of small row-major matrices on the caller's spans. Results must not overlap the inputs. Each span's length is checked once; inside, the loops go by reference, since for two or three rows the
/// checks of every element would cost more than the arithmetic.
/// </summary>
internal static class DenseMatrix
{
    /// <summary>C = A·B, A is rows×inner, B inner×columns.</summary>
    internal static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int inner, int columns)
    {
        ref double left = ref MemoryMarshal.GetReference(a[..(rows * inner)]), right = ref MemoryMarshal.GetReference(b[..(inner * columns)]);
        ref double result = ref MemoryMarshal.GetReference(c[..(rows * columns)]);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < inner; k++)
                {
                    sum += Unsafe.Add(ref left, k) * Unsafe.Add(ref right, (k * columns) + j);
                }

                Unsafe.Add(ref result, j) = sum;
            }

            left = ref Unsafe.Add(ref left, inner);
            result = ref Unsafe.Add(ref result, columns);
        }
    }

    /// <summary>C = A·Bᵀ, A is rows×inner, B columns×inner.</summary>
    internal static void MultiplyTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int inner, int columns)
    {
        ref double left = ref MemoryMarshal.GetReference(a[..(rows * inner)]), start = ref MemoryMarshal.GetReference(b[..(columns * inner)]);
        ref double result = ref MemoryMarshal.GetReference(c[..(rows * columns)]);
        for (int i = 0; i < rows; i++)
        {
            ref double right = ref start;
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < inner; k++)
                {
                    sum += Unsafe.Add(ref left, k) * Unsafe.Add(ref right, k);
                }

                Unsafe.Add(ref result, j) = sum;
                right = ref Unsafe.Add(ref right, inner);
            }

            left = ref Unsafe.Add(ref left, inner);
            result = ref Unsafe.Add(ref result, columns);
        }
    }

    /// <summary>C = D + factor·A·Bᵀ, A is rows×inner, B columns×inner; D may be C itself.</summary>
    internal static void AddProductTransposed(
        ReadOnlySpan<double> added, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int inner, int columns, double factor)
    {
        ref double left = ref MemoryMarshal.GetReference(a[..(rows * inner)]), start = ref MemoryMarshal.GetReference(b[..(columns * inner)]);
        ref double term = ref MemoryMarshal.GetReference(added[..(rows * columns)]);
        ref double result = ref MemoryMarshal.GetReference(c[..(rows * columns)]);
        for (int i = 0; i < rows; i++)
        {
            ref double right = ref start;
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < inner; k++)
                {
                    sum += Unsafe.Add(ref left, k) * Unsafe.Add(ref right, k);
                }

                Unsafe.Add(ref result, j) = Unsafe.Add(ref term, j) + (factor * sum);
                right = ref Unsafe.Add(ref right, inner);
            }

            left = ref Unsafe.Add(ref left, inner);
            term = ref Unsafe.Add(ref term, columns);
            result = ref Unsafe.Add(ref result, columns);
        }
    }

    /// <summary>Makes a d×d matrix exactly symmetric by averaging.</summary>
    internal static void Symmetrize(Span<double> a, int d)
    {
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < i; j++)
            {
                a[(i * d) + j] = a[(j * d) + i] = 0.5 * (a[(i * d) + j] + a[(j * d) + i]);
            }
        }
    }

    internal static double Trace(ReadOnlySpan<double> a, int d)
    {
        double sum = 0;
        for (int i = 0; i < d; i++)
        {
            sum += a[(i * d) + i];
        }

        return sum;
    }
}
