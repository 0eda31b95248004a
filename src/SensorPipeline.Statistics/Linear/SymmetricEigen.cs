namespace SensorPipeline.Statistics.Linear;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations: slow for large matrices, right to the last digits for small ones.</summary>
public static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>Decomposes a matrix A = V·diag(λ)·Vᵀ; eigenvalues come in descending order.</summary>
    /// <param name="matrix">d×d, symmetric, row-major.</param>
    /// <param name="values">d; receives λ.</param>
    /// <param name="vectors">d×d; receives the eigenvectors as rows, in the order of λ.</param>
    public static void Decompose(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        int d = values.Length;
        double[] a = matrix[..(d * d)].ToArray();
        vectors[..(d * d)].Clear();
        for (int i = 0; i < d; i++)
        {
            vectors[(i * d) + i] = 1;
        }

        for (int sweep = 0; sweep < MostSweeps && OffDiagonal(a, d) > 0; sweep++)
        {
            for (int p = 0; p < d - 1; p++)
            {
                for (int q = p + 1; q < d; q++)
                {
                    Rotate(a, vectors, p, q, d);
                }
            }
        }

        for (int i = 0; i < d; i++)
        {
            values[i] = a[(i * d) + i];
        }

        Sort(values, vectors);
    }

    private static double OffDiagonal(double[] a, int d)
    {
        double sum = 0;
        for (int p = 0; p < d - 1; p++)
        {
            for (int q = p + 1; q < d; q++)
            {
                sum += Math.Abs(a[(p * d) + q]);
            }
        }

        return sum;
    }

    private static void Rotate(double[] a, Span<double> vectors, int p, int q, int d)
    {
        double off = a[(p * d) + q], app = a[(p * d) + p], aqq = a[(q * d) + q];
        if (off == 0 || Math.Abs(off) < 1e-18 * Math.Sqrt(Math.Abs(app * aqq)))
        {
            a[(p * d) + q] = a[(q * d) + p] = 0;
            return;
        }

        double theta = (aqq - app) / (2 * off);
        double t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(1 + (theta * theta)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < d; k++)
        {
            (a[(k * d) + p], a[(k * d) + q]) = ((c * a[(k * d) + p]) - (s * a[(k * d) + q]), (s * a[(k * d) + p]) + (c * a[(k * d) + q]));
        }

        for (int k = 0; k < d; k++)
        {
            (a[(p * d) + k], a[(q * d) + k]) = ((c * a[(p * d) + k]) - (s * a[(q * d) + k]), (s * a[(p * d) + k]) + (c * a[(q * d) + k]));
            (vectors[(p * d) + k], vectors[(q * d) + k]) =
                ((c * vectors[(p * d) + k]) - (s * vectors[(q * d) + k]), (s * vectors[(p * d) + k]) + (c * vectors[(q * d) + k]));
        }

        a[(p * d) + p] = app - (t * off);
        a[(q * d) + q] = aqq + (t * off);
        a[(p * d) + q] = a[(q * d) + p] = 0;
    }

    private static void Sort(Span<double> values, Span<double> vectors)
    {
        int d = values.Length;
        for (int i = 0; i < d - 1; i++)
        {
            int top = i;
            for (int j = i + 1; j < d; j++)
            {
                top = values[j] > values[top] ? j : top;
            }

            (values[i], values[top]) = (values[top], values[i]);
            for (int k = 0; k < d; k++)
            {
                (vectors[(i * d) + k], vectors[(top * d) + k]) = (vectors[(top * d) + k], vectors[(i * d) + k]);
            }
        }
    }
}
