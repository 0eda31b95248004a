using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Fusion;

/// <summary>
/// Fusion that a minority of wrong members cannot pull away: the maximum of a product of Student-t densities by iteratively reweighted least squares,
/// l = (ν+1)/(ν+(m−θ)²/v), θ = Σ l·m/v / Σ l/v. There may be several maxima; the start decides, and it is the member's mean that is the most likely of all. For three members or more.
/// </summary>
public static class RobustFusion
{
    private const int MostSteps = 500;

    /// <summary>Fuses estimates of one number. The variance 1/Σ(l/v) is too small when members disagree clearly.</summary>
    /// <param name="members">The estimates, of finite positive variance; others are passed over.</param>
    /// <param name="weights">One a member; receives l, about 1 for those that agree and near 0 for those that do not.</param>
    /// <param name="degreesOfFreedom">ν, as 4.</param>
    /// <returns>The fused estimate; no information when no member has any.</returns>
    public static Gaussian Fuse(ReadOnlySpan<Gaussian> members, Span<double> weights, double degreesOfFreedom = 4)
    {
        double reference = MostLikelyMember(members, degreesOfFreedom);
        double theta = 0, precision = 0;
        for (int step = 0; step < MostSteps && !double.IsNaN(reference); step++)
        {
            precision = 0;
            double shift = 0, least = double.PositiveInfinity;
            for (int i = 0; i < members.Length; i++)
            {
                weights[i] = 0;
                if (!IsUsable(members[i]))
                {
                    continue;
                }

                double d = members[i].Mean - reference - theta;
                weights[i] = (degreesOfFreedom + 1) / (degreesOfFreedom + (d * (d / members[i].Variance)));
                precision += weights[i] / members[i].Variance;
                shift += weights[i] / members[i].Variance * d;
                least = Math.Min(least, members[i].Variance);
            }

            shift /= precision;
            theta += shift;
            if (Math.Abs(shift) <= 1e-13 * Math.Sqrt(least))
            {
                break;
            }
        }

        return precision > 0 ? new(reference + theta, 1 / precision) : Gaussian.MultiplicativeIdentity;
    }

    /// <summary>Negative log likelihood of a value up to a constant, Σ(ν+1)/2·ln(1+(m−θ)²/(v·ν)): what the fusion minimises.</summary>
    /// <param name="members">The estimates.</param>
    /// <param name="value">θ.</param>
    /// <param name="degreesOfFreedom">ν.</param>
    public static double Objective(ReadOnlySpan<Gaussian> members, double value, double degreesOfFreedom = 4)
    {
        double sum = 0;
        foreach (Gaussian member in members)
        {
            double d = member.Mean - value;
            sum += IsUsable(member) ? 0.5 * (degreesOfFreedom + 1) * SpecialFunctions.Log1p(d * (d / member.Variance) / degreesOfFreedom) : 0;
        }

        return sum;
    }

    /// <summary>The mean of the usable member with the least objective, the lower of two alike; NaN of nothing.</summary>
    private static double MostLikelyMember(ReadOnlySpan<Gaussian> members, double degreesOfFreedom)
    {
        double best = double.NaN, least = double.PositiveInfinity;
        foreach (Gaussian candidate in members)
        {
            double objective = IsUsable(candidate) ? Objective(members, candidate.Mean, degreesOfFreedom) : double.PositiveInfinity;
            if (objective < least || (objective == least && candidate.Mean < best))
            {
                (best, least) = (candidate.Mean, objective);
            }
        }

        return best;
    }

    private static bool IsUsable(Gaussian member) => member.Variance > 0 && member.IsInformative && double.IsFinite(member.Mean);
}
