using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Fusion;

/// <summary>What several estimates of one number say together, and whether they agree.</summary>
/// <param name="Estimate">The fused estimate as if all were honest.</param>
/// <param name="ChiSquared">Σ(mᵢ−m)²/vᵢ, χ² with one degree of freedom fewer than members.</param>
/// <param name="Members">How many informative estimates went in.</param>
public readonly record struct FusionResult(Gaussian Estimate, double ChiSquared, int Members)
{
    /// <summary>Probability of at least this much disagreement among honest members; NaN for fewer than two.</summary>
    public double TailProbability => Members > 1 ? new ChiSquared(Members - 1).SurvivalProbability(ChiSquared) : double.NaN;

    /// <summary>√(χ²/(N−1)): by how much the stated standard deviations are too small; NaN for fewer than two.</summary>
    public double BirgeRatio => Members > 1 ? Math.Sqrt(ChiSquared / (Members - 1)) : double.NaN;

    /// <summary>The estimate with its variance widened by the squared Birge ratio where the members disagree; never narrowed.</summary>
    /// <param name="significance">Disagreement is a tail probability below this, as 0.01.</param>
    public Gaussian Widened(double significance) =>
        TailProbability < significance ? new(Estimate.Mean, Estimate.Variance * Math.Max(1, BirgeRatio * BirgeRatio)) : Estimate;
}
