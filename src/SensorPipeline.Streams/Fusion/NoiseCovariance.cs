using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// Noise variances of sensors that measure one quantity, from first differences: with white noise Cov(Δxᵢ, Δxⱼ) = 2vᵢ[i = j] + Var(ΔT), so
/// what the entries off the diagonal have in common is the movement of the quantity itself and vᵢ = (Cᵢᵢ − c)/2. Differences are clipped at
/// four standard deviations and forgotten with a memory of 400 frames. A single sensor's movement cannot be told from its noise: all of it
/// counts as noise then. State: n² + 2n numbers for n members.
/// </summary>
internal sealed class NoiseCovariance : ISnapshot
{
    private const int Memory = 400;
    private const int MinimumDifferences = 8;
    private const double ClipAt = 4;
    private const double LeastShareOfMedian = 0.1;
    private const double LeastShareOfDifferences = 0.05;

    private double[] previous = [];
    private double[] covariance = [];
    private int[] observed = [];
    private double[] sorted = [];

    /// <summary>Variance of the quantity's own movement from one frame to the next.</summary>
    public double Movement { get; private set; }

    private int Members => previous.Length;

    /// <summary>Writes each member's noise variance; NaN where too little was seen.</summary>
    public void Variances(Span<double> variances)
    {
        Movement = SharedMovement();
        int known = 0;
        for (int i = 0; i < variances.Length; i++)
        {
            bool isKnown = i < Members && Observed(i, i) >= MinimumDifferences;
            variances[i] = isKnown ? Math.Max(LeastShareOfDifferences * At(i, i), (At(i, i) - Movement) / 2) : double.NaN;
            if (isKnown)
            {
                sorted[known++] = variances[i];
            }
        }

        FloorAtShareOfMedian(variances, sorted.AsSpan(0, known));
    }

    /// <summary>Learns from one frame; NaN for members that are absent.</summary>
    public void Observe(ReadOnlySpan<double> values)
    {
        Grow(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double di = Difference(values, i);
            for (int j = 0; j <= i && !double.IsNaN(di); j++)
            {
                Observe(i, j, di, Difference(values, j));
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            previous[i] = double.IsNaN(values[i]) ? previous[i] : values[i];
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(previous);
        writer.WriteSpan<double>(covariance);
        writer.WriteSpan<int>(observed);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        previous = reader.ReadArray<double>();
        covariance = reader.ReadArray<double>();
        observed = reader.ReadArray<int>();
        sorted = new double[previous.Length];
    }

    private double Difference(ReadOnlySpan<double> values, int i)
    {
        double difference = values[i] - previous[i];
        double spread = Math.Sqrt(At(i, i));
        return Observed(i, i) >= MinimumDifferences && spread > 0 ? Math.Clamp(difference, -ClipAt * spread, ClipAt * spread) : difference;
    }

    private void Observe(int i, int j, double di, double dj)
    {
        if (double.IsNaN(dj))
        {
            return;
        }

        int at = Index(i, j);
        observed[at] = Math.Min(observed[at] + 1, Memory);
        covariance[at] += ((di * dj) - covariance[at]) / observed[at];
    }

    private double SharedMovement()
    {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < Members; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (Observed(i, j) >= MinimumDifferences)
                {
                    sum += At(i, j);
                    pairs++;
                }
            }
        }

        return pairs == 0 ? 0 : Math.Max(0, sum / pairs);
    }

    // A member that repeats itself has no differences, which is no proof of precision.
    private static void FloorAtShareOfMedian(Span<double> variances, Span<double> known)
    {
        if (known.IsEmpty)
        {
            return;
        }

        known.Sort();
        double least = known[known.Length / 2] * LeastShareOfMedian;
        foreach (ref double variance in variances)
        {
            variance = variance < least ? least : variance;
        }
    }

    private void Grow(int members)
    {
        int from = previous.Length;
        if (members <= from)
        {
            return;
        }

        Array.Resize(ref previous, members);
        previous.AsSpan(from).Fill(double.NaN);
        Array.Resize(ref covariance, members * (members + 1) / 2);
        Array.Resize(ref observed, members * (members + 1) / 2);
        sorted = new double[members];
    }

    private double At(int i, int j) => covariance[Index(i, j)];

    private int Observed(int i, int j) => observed[Index(i, j)];

    // The lower triangle, row by row, so that a new member leaves the others in place.
    private static int Index(int i, int j) => (i * (i + 1) / 2) + j;
}
