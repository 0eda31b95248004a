using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// False discovery rate over all sensors at once: LOND (Javanmard and Montanari 2015) in rounds of N tests. Test t of a round is made at level
/// q·(D + 1)/N with D the discoveries of the round so far; then the expected share of false ones among a round's discoveries is at most q when
/// tests are independent or positively dependent (PRDS), as sensors of one place are (Zrnic, Ramdas and Jordan 2021). Each reading while its
/// sensor is in no episode is a test; an episode is a discovery. A round is as many tests as the fleet makes in a day, so power neither
/// fades as time goes on nor depends on how many sensors there are beyond their number of readings.
/// </summary>
/// <param name="rate">q; NaN where each sensor has a budget of its own.</param>
public sealed class DiscoveryBudget(double rate) : ISnapshot
{
    private const double LeastRound = 10_000;

    private double round;
    private double tests;
    private long discoveries;

    /// <summary>Whether the fleet's rate is not controlled.</summary>
    public bool IsOff => double.IsNaN(rate);

    /// <summary>Whether a round has ended, or none begun.</summary>
    public bool IsRoundOver => tests >= round;

    /// <summary>Probability, a reading, of raising any alarm by chance.</summary>
    public double Total => rate * (discoveries + 1) / round;

    /// <summary>Begins a round of so many tests.</summary>
    public void Begin(double readingsPerDay)
    {
        round = Math.Max(LeastRound, Math.Ceiling(readingsPerDay));
        (tests, discoveries) = (0, 0);
    }

    /// <summary>A test was made.</summary>
    public void Observe(bool isDiscovery)
    {
        tests++;
        discoveries += isDiscovery ? 1 : 0;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(round);
        writer.Write(tests);
        writer.Write(discoveries);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        round = reader.Read<double>();
        tests = reader.Read<double>();
        discoveries = reader.Read<long>();
    }
}
