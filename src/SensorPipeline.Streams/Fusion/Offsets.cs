using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// What each member reads more than the fused quantity. Only differences between members can be seen, so a gauge is needed: the majority is right. It is the value about which
/// the greatest number of members agree within their uncertainty (a truncated square loss); where fewer than half of them do, the agreement is widened by a spread τ that makes them, and
/// the gauge is uncertain by it. An offset is corrected as far as it is probable that it is there. One that has just moved is not trusted until it has settled.
/// State: 4 numbers a member and 2.
/// </summary>
internal sealed class Offsets : ISnapshot
{
    /// <summary>Standard deviations of its recent mean beyond which an offset is taken to move, at the least.</summary>
    public const double LeastBeyond = 5.5;

    /// <summary>Over how many readings its recent mean is taken.</summary>
    public const double ShortMemory = 24;

    private const double SecondsPerDay = 86_400;
    private const double BudgetShare = 0.1;
    private const double Margin = 1.1;
    private const double Memory = 1000;
    private const double SettledAfter = 64;
    private const double Truncation = 12;

    // Two-sided, of LeastBeyond.
    private const double LeastBeyondProbability = 3.8e-8;

    private Member[] members = [];
    private double[] corrections = [];
    private double[] variances = [];

    /// <summary>How many members it has met.</summary>
    public int Members => members.Length;

    /// <summary>The gauge's own variance: how far the majority may be off together.</summary>
    public double GaugeVariance { get; private set; }

    /// <summary>What to take off a member's readings.</summary>
    public double this[int member] => corrections[member];

    /// <summary>Variance of that.</summary>
    public double Variance(int member) => variances[member];

    /// <summary>Whether a member's offset is moving, so that its level says nothing now.</summary>
    public bool IsMoving(int member) => members[member].IsMoving;

    /// <summary>How far a member has lately been from where it was expected.</summary>
    public double Recent(int member) => members[member].Recent;

    /// <summary>
    /// Standard deviations of its recent mean beyond which an offset is taken to move, for a tenth of the alarm budget: a mean over so many frames is drawn
    /// anew that often, crosses a level a few times as often as it lies beyond it, and its standard deviation is known to a twentieth (Rice 1945).
    /// </summary>
    public static double Beyond(double alarmsPerDay, double intervalSeconds)
    {
        double probability = BudgetShare * alarmsPerDay * ShortMemory * intervalSeconds / SecondsPerDay;
        return probability > 0 && probability < LeastBeyondProbability ? Margin * new Normal(0, 1).InverseSurvivalProbability(0.1 * probability) : LeastBeyond;
    }

    /// <summary>Makes room for members.</summary>
    public void Grow(int count)
    {
        Array.Resize(ref members, count);
        Array.Resize(ref corrections, count);
        Array.Resize(ref variances, count);
    }

    /// <summary>Learns one member's residual, its correction included, of which the standard deviation is known.</summary>
    public void Observe(int member, double residual, double deviation, double beyond)
    {
        Member m = members[member];
        double clipped = Math.Clamp(residual, m.Recent - (4 * deviation), m.Recent + (4 * deviation));
        double raw = clipped + corrections[member];
        double count = Math.Min(m.Count + 1, Memory);
        double recentCount = Math.Min(m.RecentCount + 1, ShortMemory);
        double recent = m.Recent + ((clipped - m.Recent) / recentCount);
        double mean = m.Mean + ((raw - m.Mean) / count);
        bool moves = m.Count > ShortMemory && Math.Abs(recent) > beyond * deviation / Math.Sqrt((2 * recentCount) - 1);
        members[member] = moves
            ? new Member(corrections[member] + recent, ShortMemory, recent, recentCount, true)
            : new Member(mean, count, recent, recentCount, m.IsMoving && count < SettledAfter);
    }

    /// <summary>Chooses the gauge and what to correct, by the members' noise variances.</summary>
    public void Refresh(NoiseCovariance noise)
    {
        SettleWhereMostMove(noise);
        double spread = 0;
        double gauge;
        int agreeing;
        int needed = 0;
        for (int i = 0; i < members.Length; i++)
        {
            needed += Counts(noise, i) ? 1 : 0;
        }

        needed = (needed / 2) + 1;
        do
        {
            (gauge, agreeing) = Best(noise, spread);
            spread = agreeing < needed ? NextSpread(noise, spread) : spread;
        }
        while (agreeing < needed && double.IsFinite(spread) && spread > 0);

        GaugeVariance = spread > 0 ? spread / Math.Max(agreeing, 1) : 0;
        for (int i = 0; i < members.Length; i++)
        {
            Correct(noise, i, gauge, spread);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<Member>(members);
        writer.WriteSpan<double>(corrections);
        writer.WriteSpan<double>(variances);
        writer.Write(GaugeVariance);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        members = reader.ReadArray<Member>();
        corrections = reader.ReadArray<double>();
        variances = reader.ReadArray<double>();
        GaugeVariance = reader.Read<double>();
    }

    // Where most move together it is the quantity that moved, or the prediction that was wrong: the gauge takes up what they have in common.
    private void SettleWhereMostMove(NoiseCovariance noise)
    {
        int known = 0;
        int moving = 0;
        for (int i = 0; i < members.Length; i++)
        {
            known += noise.IsKnown(i) ? 1 : 0;
            moving += noise.IsKnown(i) && members[i].IsMoving ? 1 : 0;
        }

        for (int i = 0; i < members.Length && 2 * moving > known; i++)
        {
            members[i] = members[i] with { IsMoving = false };
        }
    }

    private bool Counts(NoiseCovariance noise, int i) => noise.IsKnown(i) && members[i].Count >= NoiseCovariance.Known && !members[i].IsMoving;

    private double Uncertainty(NoiseCovariance noise, int i) => noise.Variance(i) / Math.Max(members[i].Count, 1);

    private (double Gauge, int Agreeing) Best(NoiseCovariance noise, double spread)
    {
        double best = 0;
        double least = double.PositiveInfinity;
        int agreeing = 0;
        for (int k = 0; k < members.Length; k++)
        {
            if (!Counts(noise, k))
            {
                continue;
            }

            (double mean, double loss, int count) = Around(noise, members[k].Mean, Uncertainty(noise, k) + spread, spread);
            (best, least, agreeing) = loss < least ? (mean, loss, count) : (best, least, agreeing);
        }

        return (best, agreeing);
    }

    private (double Mean, double Loss, int Agreeing) Around(NoiseCovariance noise, double candidate, double uncertainty, double spread)
    {
        double weight = 0;
        double shift = 0;
        double loss = 0;
        int agreeing = 0;
        for (int i = 0; i < members.Length; i++)
        {
            if (!Counts(noise, i))
            {
                continue;
            }

            double variance = Uncertainty(noise, i) + spread;
            double distance = members[i].Mean - candidate;
            double square = distance == 0 ? 0 : distance * distance / (variance + uncertainty);
            loss += Math.Min(square, Truncation);
            if (square < Truncation)
            {
                weight += 1 / variance;
                shift += distance / variance;
                agreeing++;
            }
        }

        return (weight > 0 ? candidate + (shift / weight) : candidate, loss, agreeing);
    }

    // From a tenth of the least uncertainty on, by fours: the answer needs no more than its order of magnitude.
    private double NextSpread(NoiseCovariance noise, double spread)
    {
        if (spread > 0)
        {
            return spread * 4;
        }

        double least = double.PositiveInfinity;
        for (int i = 0; i < members.Length; i++)
        {
            least = Counts(noise, i) ? Math.Min(least, Uncertainty(noise, i)) : least;
        }

        return double.IsFinite(least) ? 0.1 * least : 0;
    }

    private void Correct(NoiseCovariance noise, int i, double gauge, double spread)
    {
        if (!noise.IsKnown(i) || members[i].Count < NoiseCovariance.Known)
        {
            (corrections[i], variances[i]) = (0, 0);
            return;
        }

        double uncertainty = Uncertainty(noise, i);
        double offset = members[i].Mean - gauge;
        double square = offset == 0 ? 0 : offset * offset / (uncertainty + spread);
        double probability = 1 / (1 + Math.Exp(Math.Clamp(0.5 * (Truncation - square), -50, 50)));
        double settled = members[i].IsMoving ? 1 : probability;
        members[i] = members[i] with { Recent = members[i].Recent - ((settled * offset) - corrections[i]) };
        corrections[i] = settled * offset;
        variances[i] = (settled * uncertainty) + (settled * (1 - settled) * offset * offset);
    }

    private readonly record struct Member(double Mean, double Count, double Recent, double RecentCount, bool IsMoving);
}
