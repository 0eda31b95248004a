using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Fusion;

/// <summary>
/// The product of independent Gaussians over one number: w = 1/v, mean m_ref + Σw(m−m_ref)/Σw, variance 1/Σw. Members without information are passed over; one that is certain decides.
/// For members whose errors are correlated use <see cref="CovarianceIntersection"/>.
/// </summary>
public static class PrecisionFusion
{
    /// <summary>Fuses estimates of one number and measures their disagreement.</summary>
    /// <param name="members">The estimates.</param>
    public static FusionResult Fuse(ReadOnlySpan<Gaussian> members)
    {
        (Gaussian fused, double lost) = Product(members, leftOut: -1);
        double chiSquared = 0;
        int count = 0;
        foreach (Gaussian member in members)
        {
            if (member.IsInformative)
            {
                double d = member.Mean - fused.Mean - lost;
                chiSquared += d == 0 ? 0 : d * (d / member.Variance);
                count++;
            }
        }

        return new(fused, chiSquared, count);
    }

    /// <summary>Normalised innovation of each member against the fusion of the others, (m−m₋)²/(v+v₋): χ² with one degree of freedom when all are honest. Two members can be seen to disagree, only three tell who.</summary>
    /// <param name="members">The estimates.</param>
    /// <param name="innovations">One a member; NaN where there is nothing to compare.</param>
    public static void LeaveOneOut(ReadOnlySpan<Gaussian> members, Span<double> innovations)
    {
        for (int i = 0; i < members.Length; i++)
        {
            (Gaussian others, double lost) = Product(members, i);
            Gaussian innovation = new(members[i].Mean - others.Mean - lost, members[i].Variance);
            innovations[i] = members[i].IsInformative && others.IsInformative ? innovation.NormalizedInnovationSquared(new(0, others.Variance)) : double.NaN;
        }
    }

    /// <summary>The product, and what its mean lost by being rounded: at a large offset that is more than the members differ by.</summary>
    private static (Gaussian Fused, double Lost) Product(ReadOnlySpan<Gaussian> members, int leftOut)
    {
        double reference = double.NaN, weight = 0, shift = 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (i == leftOut || !members[i].IsInformative)
            {
                continue;
            }

            if (members[i].Variance == 0)
            {
                return (Certain(members, leftOut), 0);
            }

            reference = double.IsNaN(reference) ? members[i].Mean : reference;
            double precision = 1 / members[i].Variance;
            weight += precision;
            shift += precision * (members[i].Mean - reference);
        }

        double step = shift / weight, mean = reference + step;
        return weight > 0 ? (new(mean, 1 / weight), reference - mean + step) : (Gaussian.MultiplicativeIdentity, 0);
    }

    /// <summary>Products about certain members go pair by pair, where certainty has a meaning.</summary>
    private static Gaussian Certain(ReadOnlySpan<Gaussian> members, int leftOut)
    {
        Gaussian fused = Gaussian.MultiplicativeIdentity;
        for (int i = 0; i < members.Length; i++)
        {
            fused = i == leftOut ? fused : fused * members[i];
        }

        return fused;
    }
}
