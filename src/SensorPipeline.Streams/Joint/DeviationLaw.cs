using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// How the members' deviations from their levels scatter together, on one time scale: deviations D of exponentially weighted means with gain g
/// (1 is the readings themselves), their running covariance C with the weights (ν + d)/(ν + T²) of a multivariate Student t, and of each frame
/// T² = DᵀA⁻¹D and what each member deviates given the others, zᵢ = (A⁻¹D)ᵢ/√(A⁻¹)ᵢᵢ. A is C with correlations shrunk while few frames support
/// them, and with what a level may have wandered and is not certain of on the diagonal. Members that are absent are left out (marginalised).
/// <para>A⁻¹ is kept for four frames (a quarter of the members, if that is more), or until other members are present. State: 2d² + 3d numbers.</para>
/// </summary>
internal sealed class DeviationLaw(int members, double gain) : ISnapshot
{
    private const double DegreesOfFreedom = 5;
    private const double GreatestWeight = 2;
    private const int Memory = 500;
    private const int CountAtStart = 32;
    private const int LeastFramesKept = 4;
    private const int FramesKnownAnew = 100;
    private const double ShrinkageCount = 5;
    private const double Nugget = 1e-4;
    private const double LeastShare = 1e-3;
    private const double LeastVariance = 1e-12;

    private readonly double[] smoothed = new double[members];
    private readonly int[] seen = new int[members];
    private readonly double[] covariance = Start(members, gain);
    private readonly double[] precision = new double[members * members];
    private readonly double[] diagonal = new double[members];
    private readonly double[] factor = new double[members * members];
    private readonly double[] deviation = new double[members];
    private readonly double[] solved = new double[members];
    private readonly bool[] isIn = new bool[members];
    private int count = CountAtStart;
    // Inverting grows with the cube of the members, all else with the square.
    private readonly int framesKept = Math.Max(LeastFramesKept, members / 4);
    private int age = int.MaxValue / 2;
    private int present;

    /// <summary>How many frames were learned, at most 500.</summary>
    public int Frames => count;

    /// <summary>Squared Mahalanobis distance T² of the latest frame.</summary>
    public double SquaredDistance { get; private set; }

    /// <summary>T² over the number of members present: 1 on average; 0 where none is.</summary>
    public double Dispersion => present == 0 ? 0 : SquaredDistance / present;

    /// <summary>−ln of the probability of a T² as large, if the deviations were Gaussian; 0 where no member is present.</summary>
    public double Surprise { get; private set; }

    /// <summary>A member's standard deviation about its level.</summary>
    public double DeviationOf(int member) => Math.Sqrt(covariance[(member * members) + member]);

    /// <summary>Covariance of two members about their levels.</summary>
    public double Covariance(int a, int b) => covariance[(a * members) + b];

    /// <summary>The running mean of a member on this time scale.</summary>
    public double MeanOf(int member) => smoothed[member];

    /// <summary>zᵢ: a member's deviation given the others, in standard deviations; 0 for one that is absent.</summary>
    public double ScoreGivenOthers(int member) => isIn[member] ? solved[member] / Math.Sqrt(Precision(member, member)) : 0;

    /// <summary>A member's own deviation, in standard deviations, with and without what its level may have wandered.</summary>
    public (double Aged, double Plain) ScoreAlone(int member) => !isIn[member] ? (0, 0)
        : (Math.Abs(deviation[member]) / Math.Sqrt(diagonal[member]), Math.Abs(deviation[member]) / DeviationOf(member));

    /// <summary>What a present member should read given the others, and the standard deviation of that, standardised.</summary>
    public (double Mean, double StandardDeviation) PredictPresent(int member, double level)
    {
        double own = Precision(member, member);
        return (level + deviation[member] - (solved[member] / own), 1 / Math.Sqrt(own));
    }

    /// <summary>What an absent member would read given the present ones, and the standard deviation of that, standardised.</summary>
    public (double Mean, double StandardDeviation) PredictAbsent(int member, double level, double wandered)
    {
        double mean = level;
        double own = covariance[(member * members) + member];
        double variance = own + wandered;
        for (int i = 0; i < members; i++)
        {
            double gained = 0;
            for (int j = 0; j < members && isIn[i]; j++)
            {
                gained += isIn[j] ? Precision(i, j) * Shrunk(member, j) : 0;
            }

            mean += isIn[i] ? Shrunk(member, i) * solved[i] : 0;
            variance -= isIn[i] ? Shrunk(member, i) * gained : 0;
        }

        return (mean, Math.Sqrt(Math.Max(variance, Nugget * own)));
    }

    /// <summary>Takes a frame in: its running means, and how far they are from the levels. <paramref name="extra"/> is the variance a level has beside C.</summary>
    public void Score(ReadOnlySpan<double> standard, MemberLevels levels, ReadOnlySpan<double> deviations, ReadOnlySpan<double> extra)
    {
        bool same = true;
        for (int i = 0; i < members; i++)
        {
            bool isPresent = !double.IsNaN(standard[i]);
            same &= isPresent == isIn[i];
            isIn[i] = isPresent;
            if (isPresent)
            {
                Smooth(i, gain == 1 ? standard[i] : levels.Limit(i, standard[i], deviations[i]));
            }

            deviation[i] = isPresent ? smoothed[i] - levels[i] : 0;
        }

        if (!same || ++age >= framesKept)
        {
            Invert(extra);
        }

        Multiply();
    }

    /// <summary>Learns from the frame at hand.</summary>
    public void Learn()
    {
        count = Math.Min(count + 1, Memory);
        double share = 1.0 / count;
        double weight = Math.Min((DegreesOfFreedom + present) / (DegreesOfFreedom + SquaredDistance), GreatestWeight);
        for (int i = 0; i < members; i++)
        {
            for (int j = 0; j <= i && isIn[i]; j++)
            {
                if (isIn[j])
                {
                    ref double entry = ref covariance[(i * members) + j];
                    entry += share * ((weight * deviation[i] * deviation[j]) - entry);
                    entry = i == j ? Math.Max(entry, LeastVariance) : entry;
                    covariance[(j * members) + i] = entry;
                }
            }
        }
    }

    /// <summary>Learns as fast again as after a hundred frames; what is known stays until then.</summary>
    public void BeginAnew() => (count, age) = (Math.Min(count, FramesKnownAnew), framesKept);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(smoothed);
        writer.WriteSpan<int>(seen);
        writer.WriteSpan<double>(covariance);
        writer.WriteSpan<double>(precision);
        writer.WriteSpan<double>(diagonal);
        writer.WriteSpan<bool>(isIn);
        writer.Write(count);
        writer.Write(age);
        writer.Write(present);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        reader.ReadInto(smoothed);
        reader.ReadInto(seen);
        reader.ReadInto(covariance);
        reader.ReadInto(precision);
        reader.ReadInto(diagonal);
        reader.ReadInto(isIn);
        count = reader.Read<int>();
        age = reader.Read<int>();
        present = reader.Read<int>();
    }

    // Of independent readings an exponentially weighted mean has the variance g/(2 − g).
    private static double[] Start(int members, double gain)
    {
        double[] covariance = new double[members * members];
        for (int i = 0; i < members; i++)
        {
            covariance[(i * members) + i] = gain / (2 - gain);
        }

        return covariance;
    }

    private void Smooth(int member, double value)
    {
        seen[member] = Math.Min(seen[member] + 1, Memory);
        smoothed[member] += Math.Max(gain, 1.0 / seen[member]) * (value - smoothed[member]);
    }

    private double Shrunk(int i, int j)
    {
        double support = count * gain / (2 - gain);
        return covariance[(i * members) + j] * (1 - (ShrinkageCount / (support + ShrinkageCount)));
    }

    // An absent member stands in the matrix as one that deviates by nothing and belongs to nobody.
    private void Invert(ReadOnlySpan<double> extra)
    {
        age = 0;
        for (int i = 0; i < members; i++)
        {
            diagonal[i] = isIn[i] ? (covariance[(i * members) + i] * (1 + Nugget)) + extra[i] : 1;
        }

        double share = 1;
        while (!TryInvert(share))
        {
            // Members seen at different times may leave a matrix that is no covariance; without correlations it always is one.
            share = share > LeastShare ? share / 2 : 0;
        }
    }

    private bool TryInvert(double share)
    {
        for (int i = 0; i < members; i++)
        {
            for (int j = 0; j < i; j++)
            {
                factor[(i * members) + j] = isIn[i] && isIn[j] ? share * Shrunk(i, j) : 0;
            }

            factor[(i * members) + i] = diagonal[i];
        }

        if (!Cholesky.TryFactor(factor, factor, members))
        {
            return false;
        }

        Cholesky.Invert(factor, precision, members);
        return true;
    }

    private void Multiply()
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < members; i++)
        {
            ReadOnlySpan<double> row = precision.AsSpan(i * members, members);
            double product = 0;
            for (int j = 0; j < row.Length; j++)
            {
                product += row[j] * deviation[j];
            }

            solved[i] = product;
            sum += product * deviation[i];
            count += isIn[i] ? 1 : 0;
        }

        present = count;
        SquaredDistance = Math.Max(0, sum);
        Surprise = count == 0 ? 0 : SurpriseOf(SquaredDistance, count);
    }

    // Wilson and Hilferty (1931): the cube root of χ²/d is nearly normal. What it is off by the group's own tail absorbs.
    private static double SurpriseOf(double squaredDistance, int degrees)
    {
        double spread = 2.0 / (9 * degrees);
        return -Normal.Standard.LogSurvivalProbability((Math.Cbrt(squaredDistance / degrees) - (1 - spread)) / Math.Sqrt(spread));
    }

    private double Precision(int i, int j) => precision[(i * members) + j];
}
