namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// Cumulative sums for a change of the noise: s ← max(0, s + z²/2·(1 − 1/R²) − ln R), the log likelihood ratio of a standard deviation R times as large, run once with R and once with 1/R.
/// State: two sums.
/// </summary>
/// <param name="Louder">Evidence of a larger standard deviation.</param>
/// <param name="Quieter">Evidence of a smaller one.</param>
public readonly record struct VarianceCusum(double Louder, double Quieter)
{
    /// <summary>The larger of the two sums.</summary>
    public double Statistic => Math.Max(Louder, Quieter);

    /// <summary>After one more residual. Start again from <c>default</c> after an alarm.</summary>
    /// <param name="z">Standardised residual; one that is not finite leaves the sums as they are.</param>
    /// <param name="ratio">R &gt; 1, the change to be found soonest, as 1.5.</param>
    public VarianceCusum Observe(double z, double ratio)
    {
        if (!double.IsFinite(z))
        {
            return this;
        }

        double square = ratio * ratio, half = 0.5 * z * z, log = Math.Log(ratio);
        return new(Math.Max(0, Louder + (half * (1 - (1 / square))) - log), Math.Max(0, Quieter + (half * (1 - square)) + log));
    }
}
