namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Ranks the readings of a whole recording: a score counts in full only above every score of the last 150 readings, else by half, so that
/// one anomaly is found once and what follows it does not crowd out the next. State: 8 bytes.
/// </summary>
internal struct Ranking
{
    private const int Refractory = 150;

    private float highest;
    private byte age;

    /// <summary>The rank of a score, in [0,1] as that is.</summary>
    public double Observe(double score)
    {
        age = age < Refractory ? (byte)(age + 1) : age;
        if (score <= highest && age < Refractory)
        {
            return score / 2;
        }

        (highest, age) = ((float)score, 0);
        return score;
    }
}
