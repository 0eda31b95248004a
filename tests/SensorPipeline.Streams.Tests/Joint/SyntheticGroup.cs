namespace SensorPipeline.Streams.Tests.Joint;

/// <summary>
/// Members that share an autocorrelated factor: xᵢ = 10i + sᵢ(ℓᵢf + √(1 − ℓᵢ²)aᵢ), f and aᵢ first-order autoregressive with unit variance, loadings
/// ℓᵢ between 0.6 and 0.95, scales sᵢ from 0.1 to 100.
/// </summary>
internal sealed class SyntheticGroup
{
    private readonly Random random;
    private readonly double[] loadings;
    private readonly double[] own;
    private readonly double persistence;
    private double factor;

    public SyntheticGroup(int seed, int members, double persistence)
    {
        random = new Random(seed);
        this.persistence = persistence;
        loadings = [.. Enumerable.Range(0, members).Select(_ => 0.6 + (0.35 * random.NextDouble()))];
        Scales = [.. Enumerable.Range(0, members).Select(_ => Math.Pow(10, -1 + (3 * random.NextDouble())))];
        own = new double[members];
    }

    public double[] Scales { get; }

    public double[] Next()
    {
        double fresh = Math.Sqrt(1 - (persistence * persistence));
        factor = (persistence * factor) + (fresh * Normal());
        double[] row = new double[own.Length];
        for (int i = 0; i < row.Length; i++)
        {
            own[i] = (persistence * own[i]) + (fresh * Normal());
            row[i] = (10 * i) + (Scales[i] * ((loadings[i] * factor) + (Math.Sqrt(1 - (loadings[i] * loadings[i])) * own[i])));
        }

        return row;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
