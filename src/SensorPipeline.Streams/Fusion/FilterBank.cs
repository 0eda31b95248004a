using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// The fused quantity over time: Kalman filters of a level that walks and a slope that may walk, ẋ = s + √q·w₁, ṡ = √t·w₂, on a grid of (q, t) that
/// stands in for not knowing how the quantity moves. Each predicts, and its weight is multiplied by how probable it made what came; a share of
/// the weight is dealt out anew each frame, so that a quantity that changes its ways is followed. Mean and variance are those of the mixture, the spread of
/// its filters included. One factor on all variances is learned from the innovations: a noise that all members share shows nowhere else.
/// Reference: West and Harrison, Bayesian Forecasting and Dynamic Models (1997), chapter 12. State: 6 numbers a filter and 6.
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

    private readonly double[] level = new double[Models.Length];
    private readonly double[] slope = new double[Models.Length];
    private readonly double[] levelVariance = new double[Models.Length];
    private readonly double[] covariance = new double[Models.Length];
    private readonly double[] slopeVariance = new double[Models.Length];
    private readonly double[] weights = new double[Models.Length];
    private readonly double[] scales = new double[Models.Length];
    private readonly double[] exponents = new double[Models.Length];
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
        levelVariance.AsSpan().Fill(variance);
        covariance.AsSpan().Clear();
        for (int i = 0; i < Models.Length; i++)
        {
            slopeVariance[i] = Models[i].Slope * variance * 100;
        }

        weights.AsSpan().Fill(1.0 / Models.Length);
        if (updates == 0)
        {
            scales.AsSpan().Fill(1);
        }

        Mix();
    }

    /// <summary>Moves on by a number of typical frames.</summary>
    public void Predict(double steps)
    {
        for (int i = 0; i < level.Length; i++)
        {
            double q = Models[i].Level * unit * steps;
            double t = Models[i].Slope * unit * steps;
            level[i] += steps * slope[i];
            levelVariance[i] += (steps * ((2 * covariance[i]) + (steps * slopeVariance[i]))) + q + (t * steps * steps / 3);
            covariance[i] += (steps * slopeVariance[i]) + (0.5 * t * steps);
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
        for (int i = 0; i < level.Length; i++)
        {
            double predicted = levelVariance[i] + variance;
            double gain = levelVariance[i] / predicted;
            double slopeGain = covariance[i] / predicted;
            double error = reading - origin - level[i];
            level[i] += gain * error;
            slope[i] += slopeGain * error;
            slopeVariance[i] -= slopeGain * covariance[i];
            covariance[i] *= variance / predicted;
            levelVariance[i] *= variance / predicted;
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
            scales[i] = Widened(scales[i], nis);
        }

        Mix();
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        foreach (double[] numbers in (ReadOnlySpan<double[]>)[level, slope, levelVariance, covariance, slopeVariance, weights, scales, [origin, unit, Scale, updates, Mean, Variance]])
        {
            writer.WriteSpan<double>(numbers);
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        foreach (double[] numbers in (ReadOnlySpan<double[]>)[level, slope, levelVariance, covariance, slopeVariance, weights, scales])
        {
            Restore(reader.ReadArray<double>(), numbers);
        }

        double[] rest = new double[6];
        Restore(reader.ReadArray<double>(), rest);
        (origin, unit, Scale, updates, Mean, Variance) = (rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]);
    }

    private static void Restore(double[] saved, double[] numbers)
    {
        if (saved.Length != numbers.Length)
        {
            throw new InvalidDataException($"The snapshot holds {saved.Length} numbers of a filter bank of {numbers.Length}.");
        }

        saved.CopyTo(numbers, 0);
    }

    private double Widened(double scale, double nis) =>
        Math.Clamp(scale * (1 + ((Math.Min(nis, ClippedAt) - 1) / (updates + ScalePrior))), 1 / MostScale, MostScale);

    private void Weigh(double reading, double variance)
    {
        updates = Math.Min(updates + 1, ScaleMemory - ScalePrior);
        double greatest = double.NegativeInfinity;
        for (int i = 0; i < exponents.Length; i++)
        {
            double predicted = levelVariance[i] + variance;
            double error = reading - level[i];
            double nis = error * error / (scales[i] * predicted);
            exponents[i] = -0.5 * nis;
            weights[i] /= Math.Sqrt(scales[i] * predicted / variance);
            scales[i] = Widened(scales[i], nis);
            greatest = Math.Max(greatest, exponents[i]);
        }

        double total = 0;
        for (int i = 0; i < exponents.Length; i++)
        {
            weights[i] *= Math.Exp(exponents[i] - greatest);
            total += weights[i];
        }

        for (int i = 0; i < exponents.Length; i++)
        {
            weights[i] = ((1 - Redistributed) * weights[i] / total) + (Redistributed / Models.Length);
        }
    }

    private void Mix()
    {
        double mean = 0;
        for (int i = 0; i < level.Length; i++)
        {
            mean += weights[i] * level[i];
        }

        double within = 0;
        double between = 0;
        double scale = 0;
        for (int i = 0; i < level.Length; i++)
        {
            within += weights[i] * scales[i] * levelVariance[i];
            scale += weights[i] * scales[i];
            between += weights[i] * (level[i] - mean) * (level[i] - mean);
        }

        Mean = origin + mean;
        Variance = within + between;
        Scale = scale;
    }
}
