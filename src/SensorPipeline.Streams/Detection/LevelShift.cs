using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the level has changed for good: a two-sided CUSUM of the readings' normal scores, clipped at ±4, with the threshold at which
/// chance alone takes 1/α readings. What correlation the forecast leaves in the scores would shorten that many times over, so they are divided
/// by the square root of their long-run variance: the mean square of their sums over blocks of 16, by 16. The change began where the sum last
/// left zero; the new level is the mean since. State: 96 bytes.
/// </summary>
internal readonly record struct LevelShift
{
    private const double Allowance = 0.5;
    private const double Clip = 4;

    private readonly Cusum sums;
    private readonly LongRunVariance longRun;
    private readonly Since rise;
    private readonly Since fall;
    private readonly double threshold;
    private readonly double probability;

    private LevelShift(Cusum sums, LongRunVariance longRun, Since rise, Since fall, double threshold, double probability)
    {
        this.sums = sums;
        this.longRun = longRun;
        this.rise = rise;
        this.fall = fall;
        this.threshold = threshold;
        this.probability = probability;
    }

    /// <summary>Whether a change is evident.</summary>
    public bool IsDeclared => threshold > 0 && sums.Statistic > threshold;

    /// <summary>When the change began.</summary>
    public EventTime Began => Change.Began;

    /// <summary>How many readings there were since.</summary>
    public int Readings => sums.Length;

    /// <summary>Mean of the readings since.</summary>
    public double Level => Change.Total / Readings;

    private Since Change => sums.Direction >= 0 ? rise : fall;

    /// <summary>Ready for the next change; what is known of the scores stays.</summary>
    public LevelShift Restart() => new(default, longRun, default, default, threshold, probability);

    /// <summary>After one more reading.</summary>
    /// <param name="score">The reading as a standard normal would show it; NaN says nothing.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="alpha">Probability, a reading, of declaring a change by chance.</param>
    public LevelShift Observe(double score, double x, EventTime time, double alpha)
    {
        if (double.IsNaN(score))
        {
            return this;
        }

        // The budget follows the sensor's typical interval, which settles: the threshold is solved for again when it has moved by a tenth.
        bool isCurrent = Math.Abs(alpha - probability) <= 0.1 * probability;
        double z = Math.Clamp(score, -Clip, Clip);
        Cusum next = sums.Observe(z / longRun.StandardDeviation, Allowance);
        return new LevelShift(
            next,
            longRun.Observe(z),
            rise.Observe(x, time, next.UpperLength),
            fall.Observe(x, time, next.LowerLength),
            isCurrent ? threshold : CusumDesign.Threshold(2 / alpha, Allowance),
            isCurrent ? probability : alpha);
    }

    private readonly record struct Since(EventTime Began, double Total)
    {
        public Since Observe(double x, EventTime time, int length) => length switch
        {
            0 => default,
            1 => new Since(time, x),
            _ => this with { Total = Total + x },
        };
    }
}
