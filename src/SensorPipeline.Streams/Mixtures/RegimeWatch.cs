namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// Which regime a group is in. Frames elsewhere are an excursion until there are more of them in a row than this group's excursions last by chance: with q the probability that an excursion goes
/// on for another frame, learned from those that ended, n frames have the probability q^(n−1), and the regime has changed when that is below the budget. So a group that dwells in its regimes
/// is followed at once, and one that hops among them from frame to frame raises no events. State: 32 bytes.
/// </summary>
/// <param name="Regime">The label of the regime, −1 while there is none.</param>
/// <param name="Away">Frames in a row elsewhere.</param>
/// <param name="Ended">Excursions that ended, remembered.</param>
/// <param name="Continued">Frames by which they were longer than one.</param>
internal readonly record struct RegimeWatch(int Regime, int Away, double Ended, double Continued)
{
    private const double Memory = 200;
    private const double PriorEnded = 2;
    private const double PriorContinued = 1;

    /// <summary>A group that is nowhere yet.</summary>
    public static RegimeWatch New => new(-1, 0, 0, 0);

    /// <summary>Probability that an excursion goes on for another frame.</summary>
    public double Persistence => (PriorContinued + Continued) / (PriorContinued + Continued + PriorEnded + Ended);

    /// <summary>After one more frame in the component with this label, when a change may be seen by chance with a probability of <paramref name="budget"/> a frame.</summary>
    public RegimeWatch Observe(int label, double budget)
    {
        if (Regime < 0)
        {
            return this with { Regime = label };
        }

        if (label == Regime)
        {
            return Away == 0 ? this : Return();
        }

        bool isChanged = Away * Math.Log(Persistence) < Math.Log(budget);
        return isChanged ? this with { Regime = label, Away = 0 } : this with { Away = Away + 1 };
    }

    private RegimeWatch Return()
    {
        double kept = Ended < Memory ? 1 : 1 - (1 / Memory);
        return this with { Away = 0, Ended = (kept * Ended) + 1, Continued = (kept * Continued) + Away - 1 };
    }
}
