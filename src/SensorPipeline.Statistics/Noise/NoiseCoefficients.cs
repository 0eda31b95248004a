using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Noise;

/// <summary>
/// How much there is of each kind of noise, all at once: σ²(τ) = 3Q²/τ² + N²/τ + B²·2ln2/π + K²(τ/3 + τ₀²/(6τ)) + R²τ²/2 fitted to Allan variances at octaves. Of all subsets of the
/// five terms the one that explains most for its number wins; a term that is not there is 0. The fit is least squares in relative errors with as many degrees of freedom as there are independent blocks, but no
/// level is trusted to better than two per cent, as no shape is exact. Reference: IEEE Std 952-1997, annex C.
/// </summary>
/// <param name="Quantisation">Q, units·s: of differences of a quantised integral.</param>
/// <param name="White">N, units·√s: the variance of a reading is N²/τ₀.</param>
/// <param name="Flicker">B, units.</param>
/// <param name="Walk">K, units/√s.</param>
/// <param name="Ramp">R, units/s.</param>
public readonly record struct NoiseCoefficients(double Quantisation, double White, double Flicker, double Walk, double Ramp)
{
    private const int Terms = 5;
    private const int Rounds = 8;
    private const double FlickerLevel = 0.44127120030530318; // 2·ln 2/π
    private const double LeastError = 0.02;
    private const double PriceOfATerm = 10;
    private const double LeastBlocks = 4;
    private const int MostPoints = 64;

    /// <summary>Nothing is known.</summary>
    public static NoiseCoefficients Unknown => new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Whether anything is known.</summary>
    public bool IsKnown => !double.IsNaN(White);

    /// <summary>Fits Allan variances; unknown with fewer than three usable ones.</summary>
    /// <param name="step">τ₀, time between readings in seconds.</param>
    /// <param name="times">τ in seconds; at most 64.</param>
    /// <param name="variances">Allan variance at each; NaN or 0 is passed over.</param>
    /// <param name="blocks">Number of independent blocks behind each.</param>
    public static NoiseCoefficients Fit(double step, ReadOnlySpan<double> times, ReadOnlySpan<double> variances, ReadOnlySpan<double> blocks)
    {
        Span<double> shapes = stackalloc double[MostPoints * Terms];
        Span<double> precisions = stackalloc double[MostPoints];
        int count = 0;
        for (int i = 0; i < times.Length && count < MostPoints; i++)
        {
            if (variances[i] > 0 && double.IsFinite(variances[i]) && blocks[i] >= LeastBlocks)
            {
                // The step is the unit of time, and shapes are relative to what was measured, so that every term is of the order of one.
                Shapes(times[i] / step, 1 / variances[i], shapes.Slice(count * Terms, Terms));
                precisions[count++] = 1 / ((2 / blocks[i]) + (LeastError * LeastError));
            }
        }

        return count < 3 ? Unknown : Choose(shapes[..(count * Terms)], precisions[..count], step);
    }

    /// <summary>Fits evenly spaced readings.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="step">Time between them in seconds.</param>
    public static NoiseCoefficients Of(ReadOnlySpan<double> readings, double step)
    {
        double[] phase = AllanDeviation.Phase(readings, step);
        List<double> times = [], variances = [], blocks = [];
        for (int m = 1; m <= readings.Length / 8; m *= 2)
        {
            double deviation = AllanDeviation.Overlapping(phase, step, m);
            times.Add(m * step);
            variances.Add(deviation * deviation);
            blocks.Add((double)readings.Length / m);
        }

        return Fit(step, [.. times], [.. variances], [.. blocks]);
    }

    /// <summary>Allan variance at an averaging time, for readings a step apart.</summary>
    /// <param name="time">τ in seconds.</param>
    /// <param name="step">τ₀ in seconds.</param>
    public double VarianceAt(double time, double step) =>
        (3 * Quantisation * Quantisation / (time * time)) + (White * White / time) + (Flicker * Flicker * FlickerLevel)
        + (Walk * Walk * ((time / 3) + (step * step / (6 * time)))) + (0.5 * Ramp * Ramp * time * time);

    /// <summary>The kind that is the greatest part of the Allan variance at the most octaves.</summary>
    /// <param name="step">τ₀ in seconds.</param>
    /// <param name="octaves">How many, from τ₀ on.</param>
    public NoiseKind Dominant(double step, int octaves)
    {
        if (!IsKnown)
        {
            return NoiseKind.Unknown;
        }

        Span<double> shape = stackalloc double[Terms];
        Span<int> wins = stackalloc int[Terms];
        double root = Math.Sqrt(step);
        ReadOnlySpan<double> amounts = [Quantisation / step, White / root, Flicker, Walk * root, Ramp * step];
        for (int octave = 0; octave < octaves; octave++)
        {
            Shapes(1 << octave, 1, shape);
            int greatest = 0;
            for (int term = 1; term < Terms; term++)
            {
                greatest = amounts[term] * amounts[term] * shape[term] > amounts[greatest] * amounts[greatest] * shape[greatest] ? term : greatest;
            }

            wins[greatest]++;
        }

        int most = 0;
        for (int term = 1; term < Terms; term++)
        {
            most = wins[term] > wins[most] ? term : most;
        }

        return Kinds[most];
    }

    private static ReadOnlySpan<NoiseKind> Kinds => [NoiseKind.Quantisation, NoiseKind.White, NoiseKind.Flicker, NoiseKind.RandomWalk, NoiseKind.Ramp];

    private static void Shapes(double t, double scale, Span<double> shapes)
    {
        shapes[0] = 3 * scale / (t * t);
        shapes[1] = scale / t;
        shapes[2] = FlickerLevel * scale;
        shapes[3] = scale * ((t / 3) + (1 / (6 * t)));
        shapes[4] = 0.5 * scale * t * t;
    }

    private static NoiseCoefficients Choose(ReadOnlySpan<double> shapes, ReadOnlySpan<double> precisions, double step)
    {
        Span<double> amounts = stackalloc double[Terms];
        Span<double> best = stackalloc double[Terms];
        double least = double.PositiveInfinity;
        for (int subset = 1; subset < 1 << Terms; subset++)
        {
            int terms = System.Numerics.BitOperations.PopCount((uint)subset);
            if (terms < precisions.Length && Solve(shapes, precisions, subset, terms, amounts) && Misfit(shapes, precisions, amounts) + (PriceOfATerm * terms) is var misfit && misfit < least)
            {
                amounts.CopyTo(best);
                least = misfit;
            }
        }

        double root = Math.Sqrt(step);
        return new(Math.Sqrt(best[0]) * step, Math.Sqrt(best[1]) * root, Math.Sqrt(best[2]), Math.Sqrt(best[3]) / root, Math.Sqrt(best[4]) / step);
    }

    /// <summary>Weighted least squares in the amounts of a subset of terms, relative to the fit of the round before; false where one comes out negative.</summary>
    private static bool Solve(ReadOnlySpan<double> shapes, ReadOnlySpan<double> precisions, int subset, int terms, Span<double> amounts)
    {
        Span<double> matrix = stackalloc double[Terms * Terms];
        Span<double> right = stackalloc double[Terms];
        Span<int> chosen = stackalloc int[Terms];
        for (int term = 0, k = 0; term < Terms; term++)
        {
            if (((subset >> term) & 1) == 1)
            {
                chosen[k++] = term;
            }
        }

        amounts.Clear();
        for (int round = 0; round < Rounds; round++)
        {
            Accumulate(shapes, precisions, chosen[..terms], amounts, round == 0, matrix, right);
            if (!Cholesky.TryFactor(matrix[..(terms * terms)], matrix[..(terms * terms)], terms))
            {
                return false;
            }

            Cholesky.Solve(matrix[..(terms * terms)], right[..terms]);
            for (int k = 0; k < terms; k++)
            {
                if (!(right[k] > 0))
                {
                    return false;
                }

                amounts[chosen[k]] = right[k];
            }
        }

        return true;
    }

    private static void Accumulate(
        ReadOnlySpan<double> shapes, ReadOnlySpan<double> precisions, ReadOnlySpan<int> chosen, ReadOnlySpan<double> amounts, bool isFirst, Span<double> matrix, Span<double> right)
    {
        int terms = chosen.Length;
        matrix.Clear();
        right.Clear();
        for (int i = 0; i < precisions.Length; i++)
        {
            ReadOnlySpan<double> shape = shapes.Slice(i * Terms, Terms);
            double fit = isFirst ? 1 : At(shape, amounts);
            double weight = precisions[i] / (fit * fit);
            for (int a = 0; a < terms; a++)
            {
                right[a] += weight * shape[chosen[a]];
                for (int b = 0; b <= a; b++)
                {
                    matrix[(a * terms) + b] += weight * shape[chosen[a]] * shape[chosen[b]];
                }
            }
        }
    }

    private static double Misfit(ReadOnlySpan<double> shapes, ReadOnlySpan<double> precisions, ReadOnlySpan<double> amounts)
    {
        double sum = 0;
        for (int i = 0; i < precisions.Length; i++)
        {
            double error = Math.Log(At(shapes.Slice(i * Terms, Terms), amounts));
            sum += precisions[i] * error * error;
        }

        return sum;
    }

    // A fit relative to what was measured: one where it is exact.
    private static double At(ReadOnlySpan<double> shape, ReadOnlySpan<double> amounts)
    {
        double sum = 0;
        for (int term = 0; term < Terms; term++)
        {
            sum += amounts[term] * shape[term];
        }

        return sum;
    }
}
