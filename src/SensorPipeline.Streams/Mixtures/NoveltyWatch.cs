namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// Whether a group is in a state that no component explains: a cumulative sum of the frames' scores u = −ln p above an allowance, C ← max(0, C + min(u, 6) − 2). Under the mixture u is
/// exponential, so C passes h with a probability of at most e^(−θh) a frame, θ being the root of e^(−2θ) = 1 − θ; h follows from the budget. One frame, however far out, is not enough.
/// The state has passed once the sum is back at 0. State: 16 bytes.
/// </summary>
/// <param name="Sum">C.</param>
/// <param name="IsOpen">Whether an episode goes on.</param>
internal readonly record struct NoveltyWatch(double Sum, bool IsOpen)
{
    private const double Allowance = 2;
    private const double MostScore = 6;
    private const double Root = 0.796812;

    /// <summary>After one more frame with this tail probability, when an episode may begin by chance with a probability of <paramref name="budget"/> a frame.</summary>
    public NoveltyWatch Observe(double tailProbability, double budget)
    {
        double threshold = -Math.Log(budget) / Root;
        double score = tailProbability > 0 ? Math.Min(-Math.Log(tailProbability), MostScore) : MostScore;
        double sum = Math.Clamp(Sum + score - Allowance, 0, 2 * threshold);
        return new NoveltyWatch(sum, IsOpen ? sum > 0 : sum > threshold);
    }
}
