using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Statistics.Tails;

/// <summary>
/// Corrects the tail of a model by what the stream's own tail does. A score u = −ln P(tail) is exponential under the model; above u₀ = ln 50 the rate of exceedance and the
/// moments of the excess u − u₀ are learned, and the tail probability becomes rate·GPD(u − u₀): shape from the method of moments, shrunk to the exponential while excesses are
/// few and kept in [−0.25, 0.45].
/// <para>One for each side of a stream. Let flagged scores (below 10⁻⁴) out, or anomalies teach the tail meant to catch them. State: four doubles.</para>
/// </summary>
public readonly record struct TailCalibration
{
    /// <summary>Score from which the tail is learned, ln 50: one score in fifty of a right model.</summary>
    public const double Threshold = 3.912023005428146;

    /// <summary>Number of scores the rate of exceedance remembers unless told otherwise.</summary>
    public const double RateMemory = 5000;

    /// <summary>Number of excesses their moments remember unless told otherwise.</summary>
    public const double ExcessMemory = 400;

    private const double ShrinkageCount = 60;
    private const double LeastShape = -0.25;
    private const double MostShape = 0.45;

    private readonly double rate;
    private readonly double mean;
    private readonly double square;
    private readonly double excesses;

    private TailCalibration(double rate, double mean, double square, double excesses)
    {
        this.rate = rate;
        this.mean = mean;
        this.square = square;
        this.excesses = excesses;
    }

    /// <summary>A calibration that believes the model.</summary>
    public static TailCalibration Start => new(Math.Exp(-Threshold), 1, 2, 0);

    /// <summary>One that has learned so much, for those who keep it in fewer digits.</summary>
    /// <param name="rate">ζ.</param>
    /// <param name="mean">Mean of the excesses.</param>
    /// <param name="square">Their mean square.</param>
    /// <param name="excesses">How many there were.</param>
    public static TailCalibration Of(double rate, double mean, double square, double excesses) => new(rate, mean, square, excesses);

    /// <summary>Share of scores above the threshold, ζ.</summary>
    public double ExceedanceRate => rate;

    /// <summary>Number of excesses seen.</summary>
    public double Excesses => excesses;

    /// <summary>Mean of the excesses.</summary>
    public double MeanExcess => mean;

    /// <summary>Mean square of the excesses.</summary>
    public double MeanSquareExcess => square;

    /// <summary>The law of the excess over the threshold.</summary>
    public GeneralizedPareto Excess
    {
        get
        {
            double variance = square - (mean * mean);
            double raw = variance > 0 ? 0.5 * (1 - (mean * mean / variance)) : LeastShape;
            double shape = Math.Clamp(raw * (excesses / (excesses + ShrinkageCount)), LeastShape, MostShape);
            return new(shape, mean * (1 - shape));
        }
    }

    /// <summary>After one more score with the standard memories.</summary>
    /// <param name="score">u = −ln of the model's tail probability; one that is negative or not finite leaves it as it is.</param>
    public TailCalibration Observe(double score) => Observe(score, 1 / RateMemory, 1 / ExcessMemory);

    /// <summary>After one more score.</summary>
    /// <param name="score">u = −ln of the model's tail probability; one that is negative or not finite leaves it as it is.</param>
    /// <param name="rateGain">One over the number of scores the rate remembers.</param>
    /// <param name="excessGain">One over the number of excesses their moments remember.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TailCalibration Observe(double score, double rateGain, double excessGain) => score is >= 0 and <= Threshold
        ? new(rate - (rateGain * rate), mean, square, excesses)
        : Exceed(score - Threshold, rateGain, excessGain);

    private TailCalibration Exceed(double excess, double rateGain, double excessGain)
    {
        if (!(excess > 0 && double.IsFinite(excess)))
        {
            return this;
        }

        // Until the memory is full every excess counts the same, the start as one of them.
        double gain = Math.Max(1 / (excesses + 2), excessGain);
        return new(
            rate + (rateGain * (1 - rate)),
            mean + (gain * (excess - mean)),
            square + (gain * ((excess * excess) - square)),
            excesses + 1);
    }

    /// <summary>ln of the calibrated probability of a score at least as large.</summary>
    /// <param name="score">u = −ln of the model's tail probability.</param>
    public double LogTailProbability(double score) =>
        score > Threshold ? Math.Log(rate) + Excess.LogSurvivalProbability(score - Threshold) : -score;

    /// <summary>Calibrated probability of a score at least as large; NaN of NaN.</summary>
    /// <param name="score">u = −ln of the model's tail probability.</param>
    public double TailProbability(double score) => Math.Exp(LogTailProbability(score));
}
