using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// The fused quantity over time: Kalman filters of a level that walks and a slope that may walk, ẋ = s + √q·w₁, ṡ = √t·w₂, on a grid of (q, t) that
/// stands in for not knowing how the quantity moves. Each predicts, and its weight is multiplied by how probable it made what came; a share of
/// the weight is dealt out anew each frame, so that a quantity that changes its ways is followed. Mean and variance are those of the mixture, the spread of
/// its filters included. One factor on all variances is learned from the innovations: a noise that all members share shows nowhere else.
/// Reference: West and Harrison, Bayesian Forecasting and Dynamic Models (1997), chapter 12. State: 7 numbers a filter and 6.
/// </summary>
internal sealed class FilterBank : ISnapshot
{
    private const double Redistributed = 0.001;
    private const double ScaleMemory = 1000;
    private const double ScalePrior = 50;
    private const double UnitMemory = 100;
    private const double ClippedAt = 9;
    private const double MostScale = 1e6;

    // In units of the variance of one frame's fused reading; a third of a decade to a decade apart, finest where fusion gains most.
    private static readonly double[] LevelNoise = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 10, 100];
    private static readonly double[] WalkBesideSlope = [1e-5, 1e-4, 1e-3, 1e-2, 0.1];
    private static readonly double[] SlopeNoise = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3];
    private static readonly (double Level, double Slope)[] Models =
        [.. LevelNoise.Select(q => (q, 0.0)), .. WalkBesideSlope.SelectMany(q => SlopeNoise.Select(t => (q, t)))];

    // Filters are worked on four at a time; what the last four lack are the first ones again, without weight.
    private static readonly Vector256<double>[] LevelNoises = Packed(i => Models[i % Models.Length].Level);
    private static readonly Vector256<double>[] SlopeNoises = Packed(i => Models[i % Models.Length].Slope);
    private static readonly Vector256<double>[] Shares = Packed(i => i < Models.Length ? 1.0 / Models.Length : 0);

    private readonly Vector256<double>[] level = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] slope = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] levelVariance = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] covariance = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] slopeVariance = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] weights = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] scales = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] exponents = new Vector256<double>[Shares.Length];
    private double origin = double.NaN;
    private double unit;
    private double updates;

    /// <summary>Whether it has begun.</summary>
    public bool IsStarted => !double.IsNaN(origin);

    /// <summary>Mean of the mixture.</summary>
    public double Mean { get; private set; }

    /// <summary>Variance of the mixture.</summary>
    public double Variance { get; private set; }

    /// <summary>By how much the innovations are wider than the members' own noise explains, as a factor on variances.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>Begins at a reading and its variance; what was learned of the scale stays.</summary>
    public void Start(double mean, double variance)
    {
        origin = mean;
        unit = variance;
        level.AsSpan().Clear();
        slope.AsSpan().Clear();
        levelVariance.AsSpan().Fill(Vector256.Create(variance));
        covariance.AsSpan().Clear();
        for (int i = 0; i < slopeVariance.Length; i++)
        {
            slopeVariance[i] = SlopeNoises[i] * (variance * 100);
        }

        Shares.CopyTo(weights.AsSpan());
        if (updates == 0)
        {
            scales.AsSpan().Fill(Vector256<double>.One);
        }

        Mix();
    }

    /// <summary>Moves on by a number of typical frames.</summary>
    public void Predict(double steps)
    {
        for (int i = 0; i < level.Length; i++)
        {
            Vector256<double> q = LevelNoises[i] * (unit * steps);
            Vector256<double> t = SlopeNoises[i] * (unit * steps);
            level[i] += slope[i] * steps;
            levelVariance[i] += (((covariance[i] * 2) + (slopeVariance[i] * steps)) * steps) + q + (t * (steps * steps / 3));
            covariance[i] += (slopeVariance[i] * steps) + (t * (0.5 * steps));
            slopeVariance[i] += t;
        }

        Mix();
    }

    /// <summary>Takes in one frame's fused reading; returns its normalised innovation squared.</summary>
    public double Update(double reading, double variance)
    {
        double innovation = reading - Mean;
        double nis = innovation * innovation / (Variance + (Scale * variance));
        Weigh(reading - origin, variance);
        Vector256<double> observed = Vector256.Create(reading - origin);
        Vector256<double> noise = Vector256.Create(variance);
        for (int i = 0; i < level.Length; i++)
        {
            Vector256<double> precision = Vector256<double>.One / (levelVariance[i] + noise);
            Vector256<double> slopeGain = covariance[i] * precision;
            Vector256<double> error = observed - level[i];
            Vector256<double> remaining = noise * precision;
            level[i] += levelVariance[i] * precision * error;
            slope[i] += slopeGain * error;
            slopeVariance[i] -= slopeGain * covariance[i];
            covariance[i] *= remaining;
            levelVariance[i] *= remaining;
        }

        unit += (variance - unit) / UnitMemory;
        Mix();
        return nis;
    }

    /// <summary>Learns from a fused reading only how far it was from the prediction.</summary>
    public void Doubt(double reading, double variance)
    {
        updates = Math.Min(updates + 1, ScaleMemory - ScalePrior);
        double nis = (reading - Mean) * (reading - Mean) / (Variance + (Scale * variance));
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = Widened(scales[i], Vector256.Create(nis));
        }

        Mix();
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        foreach (Vector256<double>[] numbers in (ReadOnlySpan<Vector256<double>[]>)[level, slope, levelVariance, covariance, slopeVariance, weights, scales])
        {
            writer.WriteSpan<Vector256<double>>(numbers);
        }

        writer.WriteSpan<double>([origin, unit, Scale, updates, Mean, Variance]);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        foreach (Vector256<double>[] numbers in (ReadOnlySpan<Vector256<double>[]>)[level, slope, levelVariance, covariance, slopeVariance, weights, scales])
        {
            Restore(reader.ReadArray<Vector256<double>>(), numbers);
        }

        double[] rest = new double[6];
        Restore(reader.ReadArray<double>(), rest);
        (origin, unit, Scale, updates, Mean, Variance) = (rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]);
    }

    private static Vector256<double>[] Packed(Func<int, double> number)
    {
        int fours = (Models.Length + Vector256<double>.Count - 1) / Vector256<double>.Count;
        double[] numbers = [.. Enumerable.Range(0, fours * Vector256<double>.Count).Select(number)];
        return MemoryMarshal.Cast<double, Vector256<double>>(numbers).ToArray();
    }

    private static double Greatest(Vector256<double> numbers) =>
        Math.Max(Math.Max(numbers[0], numbers[1]), Math.Max(numbers[2], numbers[3]));

    private static void Restore<T>(T[] saved, T[] numbers)
    {
        if (saved.Length != numbers.Length)
        {
            throw new InvalidDataException($"The snapshot holds {saved.Length} numbers of a filter bank of {numbers.Length}.");
        }

        saved.CopyTo(numbers, 0);
    }

    private Vector256<double> Widened(Vector256<double> scale, Vector256<double> nis)
    {
        Vector256<double> excess = Vector256.Min(nis, Vector256.Create(ClippedAt)) - Vector256<double>.One;
        Vector256<double> widened = scale * (Vector256<double>.One + (excess * (1 / (updates + ScalePrior))));
        return Vector256.Min(Vector256.Max(widened, Vector256.Create(1 / MostScale)), Vector256.Create(MostScale));
    }

    private void Weigh(double reading, double variance)
    {
        updates = Math.Min(updates + 1, ScaleMemory - ScalePrior);
        Vector256<double> observed = Vector256.Create(reading);
        Vector256<double> noise = Vector256.Create(variance);
        Vector256<double> greatest = Vector256.Create(double.NegativeInfinity);
        for (int i = 0; i < exponents.Length; i++)
        {
            Vector256<double> predicted = scales[i] * (levelVariance[i] + noise);
            Vector256<double> error = observed - level[i];
            Vector256<double> nis = error * error / predicted;
            exponents[i] = nis * -0.5;
            weights[i] *= Vector256.Sqrt(noise / predicted);
            scales[i] = Widened(scales[i], nis);
            greatest = Vector256.Max(greatest, exponents[i]);
        }

        Deal(Greatest(greatest));
    }

    private void Deal(double greatest)
    {
        Vector256<double> sum = Vector256<double>.Zero;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= Vector256.Exp(exponents[i] - Vector256.Create(greatest));
            sum += weights[i];
        }

        double kept = (1 - Redistributed) / Vector256.Sum(sum);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (weights[i] * kept) + (Shares[i] * Redistributed);
        }
    }

    private void Mix()
    {
        Vector256<double> mean = Vector256<double>.Zero;
        for (int i = 0; i < level.Length; i++)
        {
            mean += weights[i] * level[i];
        }

        var centre = Vector256.Create(Vector256.Sum(mean));
        Vector256<double> variance = Vector256<double>.Zero;
        Vector256<double> scale = Vector256<double>.Zero;
        for (int i = 0; i < level.Length; i++)
        {
            Vector256<double> away = level[i] - centre;
            variance += weights[i] * ((scales[i] * levelVariance[i]) + (away * away));
            scale += weights[i] * scales[i];
        }

        Mean = origin + centre.ToScalar();
        Variance = Vector256.Sum(variance);
        Scale = Vector256.Sum(scale);
    }
}
