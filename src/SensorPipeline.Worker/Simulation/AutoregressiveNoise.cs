namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// First-order autoregressive Gaussian noise, xₜ = φ xₜ₋₁ + σ √(1 − φ²) εₜ, begun in its stationary state: standard deviation σ and
/// autocorrelation φᵏ at lag k.
/// </summary>
internal struct AutoregressiveNoise(double autocorrelation, double standardDeviation, ref RandomStream random)
{
    private readonly double innovation = standardDeviation * Math.Sqrt(1 - (autocorrelation * autocorrelation));
    private double state = standardDeviation * random.NextNormal();

    public double Next(ref RandomStream random)
    {
        double current = state;
        state = (autocorrelation * state) + (innovation * random.NextNormal());
        return current;
    }
}
