using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;
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
    private static readonly double[] LevelNoise = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100];
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
    private readonly Vector256<double>[] noise = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] noiseVariance = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] noiseWithLevel = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] noiseWithSlope = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] weights = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] scales = new Vector256<double>[Shares.Length];
    private readonly Vector256<double>[] exponents = new Vector256<double>[Shares.Length];
    private double origin = double.NaN;
    private double unit;
    private double updates;
    private double lasting;

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
        foreach (Vector256<double>[] numbers in (ReadOnlySpan<Vector256<double>[]>)[noise, noiseVariance, noiseWithLevel, noiseWithSlope])
        {
            numbers.AsSpan().Clear();
        }

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

    /// <summary>Forgets everything: the noise it was begun with is no longer known.</summary>
    public void Stop() => (origin, updates) = (double.NaN, 0);

    /// <summary>Moves on by a number of typical frames, with a noise that is so correlated from one to the next.</summary>
    public void Predict(double steps, SerialCorrelation correlation)
    {
        lasting = correlation.Share;
        double kept = Math.Pow(correlation.Persistence, steps);
        var drawn = Vector256.Create(lasting * unit * (1 - (kept * kept)));
        for (int i = 0; i < level.Length; i++)
        {
            Vector256<double> q = LevelNoises[i] * (unit * steps);
            Vector256<double> t = SlopeNoises[i] * (unit * steps);
            level[i] += slope[i] * steps;
            levelVariance[i] += (((covariance[i] * 2) + (slopeVariance[i] * steps)) * steps) + q + (t * (steps * steps / 3));
            covariance[i] += (slopeVariance[i] * steps) + (t * (0.5 * steps));
            slopeVariance[i] += t;
            noise[i] *= kept;
            noiseVariance[i] = (noiseVariance[i] * (kept * kept)) + drawn;
            noiseWithLevel[i] = (noiseWithLevel[i] + (noiseWithSlope[i] * steps)) * kept;
            noiseWithSlope[i] *= kept;
        }

        Mix();
    }

    /// <summary>Takes in one frame's fused reading; returns its normalised innovation squared.</summary>
    public double Update(double reading, double variance)
    {
        double nis = Weigh(reading - origin, variance * (1 - lasting));
        var observed = Vector256.Create(reading - origin);
        var white = Vector256.Create(variance * (1 - lasting));
        for (int i = 0; i < level.Length; i++)
        {
            Correct(i, observed - level[i] - noise[i], white);
        }

        unit += (variance - unit) / UnitMemory;
        Mix(variance * (1 - lasting));
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
        foreach (Vector256<double>[] numbers in (ReadOnlySpan<Vector256<double>[]>)[level, slope, levelVariance, covariance, slopeVariance, noise, noiseVariance, noiseWithLevel, noiseWithSlope, weights, scales])
        {
            writer.WriteSpan<Vector256<double>>(numbers);
        }

        writer.WriteSpan<double>([origin, unit, Scale, updates, Mean, Variance, lasting]);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        foreach (Vector256<double>[] numbers in (ReadOnlySpan<Vector256<double>[]>)[level, slope, levelVariance, covariance, slopeVariance, noise, noiseVariance, noiseWithLevel, noiseWithSlope, weights, scales])
        {
            Restore(reader.ReadArray<Vector256<double>>(), numbers);
        }

        double[] rest = new double[7];
        Restore(reader.ReadArray<double>(), rest);
        (origin, unit, Scale, updates, Mean, Variance, lasting) = (rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6]);
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

    // In each numerator what is left of a variance is a sum, so that nothing is lost where there is no noise that lasts.
    private void Correct(int i, Vector256<double> error, Vector256<double> white)
    {
        Vector256<double> ofLevel = levelVariance[i] + noiseWithLevel[i];
        Vector256<double> ofSlope = covariance[i] + noiseWithSlope[i];
        Vector256<double> ofNoise = noiseVariance[i] + noiseWithLevel[i];
        Vector256<double> rest = ofNoise + white;
        Vector256<double> precision = Vector256<double>.One / (ofLevel + rest);
        Vector256<double> gain = error * precision;
        Vector256<double> shared = noiseWithLevel[i] * noiseWithLevel[i];
        level[i] += ofLevel * gain;
        slope[i] += ofSlope * gain;
        noise[i] += ofNoise * gain;
        slopeVariance[i] -= ofSlope * ofSlope * precision;
        covariance[i] = ((covariance[i] * rest) - (noiseWithSlope[i] * ofLevel)) * precision;
        noiseWithSlope[i] -= ofSlope * ofNoise * precision;
        Vector256<double> after = (noiseWithLevel[i] * white) + shared - (levelVariance[i] * noiseVariance[i]);
        Vector256<double> remaining = ((levelVariance[i] * (noiseVariance[i] + white)) - shared) * precision;
        noiseVariance[i] = ((noiseVariance[i] * (levelVariance[i] + white)) - shared) * precision;
        noiseWithLevel[i] = after * precision;
        levelVariance[i] = remaining;
    }

    // Returns the normalised innovation squared of the mixture's own prediction.
    private double Weigh(double reading, double white)
    {
        Vector256<double> surprise = Vector256<double>.Zero;
        Vector256<double> spread = Vector256<double>.Zero;
        updates = Math.Min(updates + 1, ScaleMemory - ScalePrior);
        Vector256<double> observed = Vector256.Create(reading);
        var remaining = Vector256.Create(white);
        var typical = Vector256.Create(unit);
        Vector256<double> greatest = Vector256.Create(double.NegativeInfinity);
        for (int i = 0; i < exponents.Length; i++)
        {
            Vector256<double> variance = levelVariance[i] + (noiseWithLevel[i] * 2) + noiseVariance[i] + remaining;
            Vector256<double> predicted = scales[i] * variance;
            Vector256<double> error = observed - level[i] - noise[i];
            surprise += weights[i] * error;
            spread += weights[i] * (predicted + (error * error));
            Vector256<double> nis = error * error / predicted;
            exponents[i] = nis * -0.5;
            weights[i] *= Vector256.Sqrt(typical / predicted);
            scales[i] = Widened(scales[i], nis);
            greatest = Vector256.Max(greatest, exponents[i]);
        }

        Deal(Greatest(greatest));
        double innovation = Vector256.Sum(surprise);
        return innovation * innovation / (Vector256.Sum(spread) - (innovation * innovation));
    }

    private void Deal(double greatest)
    {
        Vector256<double> sum = Vector256<double>.Zero;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= Elementary.Exp(exponents[i] - Vector256.Create(greatest));
            sum += weights[i];
        }

        double kept = (1 - Redistributed) / Vector256.Sum(sum);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (weights[i] * kept) + (Shares[i] * Redistributed);
        }
    }

    // A filter that expects too much movement is narrowed in its movement and not in the noise, which the members know: where the innovations are s times as wide as P + R,
    // s < 1, the movement was s(P + R) − R, and of L = PR/(P + R) there is R − (R − L)/s to claim.
    private void Mix(double noise = double.MaxValue)
    {
        var known = Vector256.Create(noise);
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
            Vector256<double> narrowed = known - ((known - levelVariance[i]) / scales[i]);
            Vector256<double> claimed = Vector256.Max(scales[i] * levelVariance[i], Vector256.Min(levelVariance[i], narrowed));
            variance += weights[i] * (claimed + (away * away));
            scale += weights[i] * scales[i];
        }

        Mean = origin + centre.ToScalar();
        Variance = Vector256.Sum(variance);
        Scale = Vector256.Sum(scale);
    }
}
