using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// Noise covariance of sensors that measure one quantity, from their residuals eᵢ = yᵢ − bᵢ − x̂ against the prediction of the fused quantity. The prediction's own error, and any noise
/// that all members share, adds one constant to every entry of Cov(e); a weighted median of the entries off the diagonal finds it, and what is left is R. Correlations
/// are kept where they are clearly there. Scales are those of Student's t with four degrees of freedom, made consistent for Gaussian noise, so that a minority
/// of wild readings moves them little. Memory 400 frames. State: 5n²/2 numbers for n members.
/// </summary>
internal sealed class NoiseCovariance : ISnapshot
{
    public const int Known = 8;

    private const double Memory = 400;
    private const double DegreesOfFreedom = 4;
    private const double Consistency = 1.4480858192565642;
    private const double ScoreSlope = 0.6188663865264177;
    private const double ClipAt = 3;
    private const double LeastShare = 0.05;
    private const double MostCorrelation = 0.95;
    private const double ClearlyThere = 4;
    private const double PredictionTrust = 0.3;
    private const double Truncation = 12;
    private const double SingleShare = 0.5;
    private const int CopyAfter = 16;
    private const int Rounds = 4;
    private const double LeastCorrelation = 0.1;
    private const double LeastRelativeVariance = 1e-24;
    private const double NeverVaried = 4;

    private double[] scales = [];
    private double[] counts = [];
    private double[] correlations = [];
    private double[] pairs = [];
    private int[] equals = [];
    private double[] squares = [];
    private double[] covariance = [];
    private double[] normalised = [];
    private double magnitude;

    /// <summary>How many members it has met.</summary>
    public int Members => scales.Length;

    /// <summary>What every entry of the residuals' covariance has in common.</summary>
    public double Common { get; private set; }

    /// <summary>Variance of the noisiest member whose noise is known.</summary>
    public double Greatest { get; private set; }

    /// <summary>R, row by row; <see cref="Members"/> squared.</summary>
    public ReadOnlySpan<double> Covariance => covariance;

    /// <summary>Whether a member's noise is known.</summary>
    public bool IsKnown(int member) => member < Members && counts[member] >= Known && Variance(member) > 0;

    /// <summary>Whether the noise of any member is known.</summary>
    public bool KnowsAny
    {
        get
        {
            bool knows = false;
            for (int i = 0; i < Members; i++)
            {
                knows |= IsKnown(i);
            }

            return knows;
        }
    }

    /// <summary>Variance of a member's residuals.</summary>
    public double ResidualVariance(int member) => scales[member];

    /// <summary>Variance of a member's noise.</summary>
    public double Variance(int member) => covariance[(member * Members) + member];

    /// <summary>Whether one member has said the same as another for so long that it is taken for a copy of it.</summary>
    public bool IsCopy(int member, int of) => equals[Index(Math.Max(member, of), Math.Min(member, of))] >= CopyAfter;

    /// <summary>Whether two members have reported together often enough for their correlation to be known.</summary>
    public bool IsPairKnown(int member, int other) => pairs[Index(Math.Max(member, other), Math.Min(member, other))] >= Known;

    /// <summary>Notes which members say the very same.</summary>
    public void Compare(ReadOnlySpan<double> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ref int run = ref equals[Index(i, j)];
                run = values[i] == values[j] ? Math.Min(run + 1, CopyAfter) : double.IsNaN(values[i] + values[j]) ? run : 0;
            }
        }
    }

    /// <summary>Makes room for members.</summary>
    public void Grow(int members)
    {
        int from = Members;
        Array.Resize(ref scales, members);
        Array.Resize(ref counts, members);
        Array.Resize(ref squares, members);
        Array.Resize(ref normalised, members);
        Array.Resize(ref correlations, members * (members - 1) / 2);
        Array.Resize(ref pairs, members * (members - 1) / 2);
        Array.Resize(ref equals, members * (members - 1) / 2);
        double[] former = covariance;
        covariance = new double[members * members];
        for (int i = 0; i < from; i++)
        {
            former.AsSpan(i * from, from).CopyTo(covariance.AsSpan(i * members, from));
        }
    }

    /// <summary>Learns from one frame's residuals; NaN for members that say nothing.</summary>
    public void Observe(ReadOnlySpan<double> residuals, double level)
    {
        magnitude = Math.Max(magnitude * (1 - (1 / Memory)), double.IsFinite(level) ? Math.Abs(level) : 0);
        for (int i = 0; i < residuals.Length; i++)
        {
            if (double.IsNaN(residuals[i]))
            {
                continue;
            }

            normalised[i] = Clipped(residuals[i], scales[i]);
            for (int j = 0; j < i; j++)
            {
                if (!double.IsNaN(residuals[j]))
                {
                    int at = Index(i, j);
                    pairs[at] = Math.Min(pairs[at] + 1, Memory);
                    correlations[at] += ((normalised[i] * normalised[j]) - correlations[at]) / pairs[at];
                }
            }
        }

        for (int i = 0; i < residuals.Length; i++)
        {
            if (!double.IsNaN(residuals[i]))
            {
                squares[i] += ((normalised[i] * normalised[i]) - squares[i]) / Math.Min(counts[i] + 1, Memory);
                ObserveScale(i, residuals[i] * residuals[i]);
            }
        }
    }

    /// <summary>Works out R from what was learned, no member's less than its rounding. A single member's share is told apart by the prediction's variance.</summary>
    public void Refresh(double predictionVariance, ReadOnlySpan<double> rounding)
    {
        Common = SharedPart(predictionVariance);
        Greatest = 0;
        double floor = LeastVariance;
        for (int i = 0; i < Members; i++)
        {
            covariance[(i * Members) + i] = Math.Max(Math.Max(scales[i] - Common, LeastShare * scales[i]), Math.Max(rounding[i], floor));
            Greatest = IsKnown(i) ? Math.Max(Greatest, Variance(i)) : Greatest;
        }

        for (int i = 0; i < Members; i++)
        {
            for (int j = 0; j < i; j++)
            {
                covariance[(i * Members) + j] = covariance[(j * Members) + i] = OffDiagonal(i, j);
            }
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(scales);
        writer.WriteSpan<double>(counts);
        writer.WriteSpan<double>(squares);
        writer.WriteSpan<double>(correlations);
        writer.WriteSpan<double>(pairs);
        writer.WriteSpan<int>(equals);
        writer.WriteSpan<double>(covariance);
        writer.Write(Common);
        writer.Write(magnitude);
        writer.Write(Greatest);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        scales = reader.ReadArray<double>();
        counts = reader.ReadArray<double>();
        squares = reader.ReadArray<double>();
        correlations = reader.ReadArray<double>();
        pairs = reader.ReadArray<double>();
        equals = reader.ReadArray<int>();
        covariance = reader.ReadArray<double>();
        normalised = new double[scales.Length];
        Common = reader.Read<double>();
        magnitude = reader.Read<double>();
        Greatest = reader.Read<double>();
    }

    private double LeastVariance => LeastRelativeVariance * magnitude * magnitude;

    private static double Clipped(double residual, double scale) => scale > 0 ? Math.Clamp(residual / Math.Sqrt(scale), -ClipAt, ClipAt) : 0;

    // The lower triangle, row by row, so that a new member leaves the others in place.
    private static int Index(int i, int j) => (i * (i - 1) / 2) + j;

    private void ObserveScale(int i, double square)
    {
        // What has only ever said one thing has shown no noise: the first that differs is its first.
        bool hasVaried = scales[i] > NeverVaried * LeastVariance;
        counts[i] = hasVaried || square <= NeverVaried * LeastVariance ? Math.Min(counts[i] + 1, Memory) : 1;
        if (counts[i] <= Known || !hasVaried)
        {
            scales[i] += (square - scales[i]) / counts[i];
            return;
        }

        double z = Consistency * square / scales[i];
        double score = ((DegreesOfFreedom + 1) * z / (DegreesOfFreedom + z)) - 1;
        scales[i] *= 1 + (score / (ScoreSlope * counts[i]));
    }

    // Correlated pairs stand out from what all have in common, so theirs is a truncated square loss about what the prediction says of its own error.
    private double SharedPart(double predictionVariance)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < Members; i++)
        {
            least = counts[i] >= Known ? Math.Min(least, scales[i]) : least;
        }

        if (Members == 1)
        {
            return SingleShare * least;
        }

        double shared = predictionVariance;
        for (int round = 0; round < Rounds && predictionVariance > 0; round++)
        {
            shared = Settle(shared, predictionVariance);
        }

        return Math.Clamp(shared, 0, (1 - LeastShare) * least);
    }

    private double Settle(double shared, double predictionVariance)
    {
        // In units of the prediction's variance, so that no offset or unit brings a square out of range.
        double weight = 1 / (PredictionTrust * PredictionTrust);
        double sum = weight * (1 - (shared / predictionVariance));
        for (int i = 1; i < Members; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double product = Math.Sqrt(scales[i]) * Math.Sqrt(scales[j]);
                double correlation = Correlation(i, j);
                double precision = pairs[Index(i, j)] / (1 + (correlation * correlation)) * (predictionVariance / product) * (predictionVariance / product);
                double away = ((correlation * product) - shared) / predictionVariance;
                if (product > 0 && pairs[Index(i, j)] >= Known && (away < 0 || away * away * precision < Truncation))
                {
                    weight += precision;
                    sum += precision * away;
                }
            }
        }

        return shared + (predictionVariance * (sum / weight));
    }

    private double Correlation(int i, int j)
    {
        double product = squares[i] * squares[j];
        return product > 0 ? Math.Clamp(correlations[Index(i, j)] / Math.Sqrt(product), -1, 1) : 0;
    }

    private double OffDiagonal(int i, int j)
    {
        double product = Math.Sqrt(covariance[(i * Members) + i] * covariance[(j * Members) + j]);
        double count = pairs[Index(i, j)];
        if (!(product > 0) || count < Known)
        {
            return 0;
        }

        double residuals = Math.Sqrt(scales[i] * scales[j]);
        double correlation = ((Correlation(i, j) * residuals) - Common) / product;
        double uncertainty = residuals / (product * Math.Sqrt(count));
        bool isThere = correlation > Math.Max(LeastCorrelation, ClearlyThere * uncertainty);
        return isThere ? Math.Min(correlation, MostCorrelation) * product : 0;
    }
}
