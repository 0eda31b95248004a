namespace SensorPipeline.Statistics.Linear;

/// <summary>Products of small row-major matrices on the caller's spans. Results must not overlap the inputs.</summary>
internal static class DenseMatrix
{
    /// <summary>C = A·B, A is rows×inner, B inner×columns.</summary>
    internal static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int inner, int columns)
    {
        c[..(rows * columns)].Clear();
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < inner; k++)
            {
                double aik = a[(i * inner) + k];
                for (int j = 0; j < columns; j++)
                {
                    c[(i * columns) + j] += aik * b[(k * columns) + j];
                }
            }
        }
    }

    /// <summary>C = A·Bᵀ, A is rows×inner, B columns×inner.</summary>
    internal static void MultiplyTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int inner, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = 0;
                for (int k = 0; k < inner; k++)
                {
                    sum += a[(i * inner) + k] * b[(j * inner) + k];
                }

                c[(i * columns) + j] = sum;
            }
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
