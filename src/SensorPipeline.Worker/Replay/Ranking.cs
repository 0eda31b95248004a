using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Ranks the readings of a sensor's whole recording: severity −log₁₀ p mapped to [0,1), half at one in ten thousand, in the upper half where an alarm begins and in the lower
/// elsewhere. It counts in full only above every score of the last 150 readings, else by half, so that one anomaly is found once and what follows it does not crowd out the next.
/// </summary>
internal struct Ranking
{
    private const double PerDecade = 1 / 2.302585092994045684;
    private const double HalfWay = 4;
    private const int Refractory = 150;

    private float highest;
    private byte age;

    /// <summary>The rank of a reading, in [0,1].</summary>
    public double Observe(in Judgement judgement)
    {
        double severity = judgement.LogTailProbability < 0 ? -PerDecade * judgement.LogTailProbability : 0;
        double score = ((severity / (severity + HalfWay)) + (judgement.IsDeclared ? 1 : 0)) / 2;
        age = age < Refractory ? (byte)(age + 1) : age;
        if (score <= highest && age < Refractory)
        {
            return score / 2;
        }

        (highest, age) = ((float)score, 0);
        return score;
    }
}
