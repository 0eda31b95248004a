using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Forecasts the next reading and says how far out the one that comes is. The forecast is μ + φ(x₋₁ − μ), with a robust location μ and an
/// autocorrelation φ that forget in event time; the residual follows Student's t, whose own tails are corrected, side by side, by what this
/// stream's tails do. It is asked before it learns. It starts from the median and the deviation of the first 32 readings and answers after 64.
/// </summary>
public struct Detector
{
    /// <summary>Readings before the first verdict.</summary>
    public const int WarmUp = 64;

    private const int FirstSample = 32;
    private const int SolveEvery = 64;
    private const double StartingDegreesOfFreedom = 8;
    private const double BodyLimit = 2;
    private const double AnomalousBelow = 1e-5;
    private const double EvidencePerTail = 50;
    private const double LeastWeightKept = 16;

    private StudentTLocation level;
    private StudentTLocation residual;
    private DegreesOfFreedom tailIndex;
    private Autocorrelation correlation;
    private TailCalibration upper;
    private TailCalibration lower;
    private FirstReadings first;
    private double previous;
    private double previousForecast;
    private bool previousWasFlagged;
    private int count;

    /// <summary>A detector that has seen nothing.</summary>
    public static Detector New => new() { upper = TailCalibration.Start, lower = TailCalibration.Start, previous = double.NaN, previousForecast = double.NaN };

    /// <summary>Whether it has seen enough to judge.</summary>
    public readonly bool IsReady => count >= WarmUp;

    /// <summary>Whether both tails hold enough of the stream's own evidence.</summary>
    public readonly bool IsCalibrated => Math.Min(upper.Excesses, lower.Excesses) >= EvidencePerTail;

    /// <summary>Running mean that outliers cannot poison.</summary>
    public readonly double Mean => IsReady ? level.Location : double.NaN;

    /// <summary>Standard deviation about it.</summary>
    public readonly double StandardDeviation => IsReady ? level.StandardDeviation : double.NaN;

    /// <summary>Standard deviation of what the forecast leaves.</summary>
    public readonly double ResidualStandardDeviation => IsReady ? residual.StandardDeviation : double.NaN;

    /// <summary>How many independent readings the mean is worth: fewer where readings are correlated.</summary>
    public readonly double EffectiveSampleSize => level.EffectiveSampleSize * correlation.EffectiveShare;

    /// <summary>What the next reading is expected to be.</summary>
    public readonly Forecast Predict(double resolution) => IsReady ? Predict(previous, resolution) : Forecast.Unknown;

    /// <summary>
    /// How far out a reading is. After a flagged reading it may continue from that reading or from what had been expected instead of it,
    /// whichever is nearer: one glitch is one alarm.
    /// </summary>
    public readonly Score Score(double x, double resolution, out Forecast forecast)
    {
        forecast = Predict(resolution);
        if (!IsReady)
        {
            return Detection.Score.Unknown;
        }

        if (previousWasFlagged && Predict(previousForecast, resolution) is var other && Math.Abs(x - other.Mean) < Math.Abs(x - forecast.Mean))
        {
            forecast = other;
        }

        return Score((x - forecast.Mean) / forecast.Scale, forecast.DegreesOfFreedom);
    }

    /// <summary>The range outside which a reading would have a smaller tail probability than <paramref name="probability"/>.</summary>
    public readonly (double Lower, double Upper) Range(Forecast forecast, double probability)
    {
        var t = new StudentT(forecast.DegreesOfFreedom, 0, forecast.Scale);
        return (forecast.Mean - Distance(t, lower, probability / 2), forecast.Mean + Distance(t, upper, probability / 2));
    }

    /// <summary>Learns a reading after it was judged.</summary>
    /// <param name="x">The reading, with dither where it is quantised.</param>
    /// <param name="share">Share of the past to retain, e^(−Δt/τ).</param>
    /// <param name="resolution">Step between neighbouring values, 0 for a continuous sensor.</param>
    /// <param name="score">How far out it was.</param>
    /// <param name="expected">What had been expected.</param>
    /// <param name="wasFlagged">Whether it was an outlier.</param>
    public void Observe(double x, double share, double resolution, in Score score, in Forecast expected, bool wasFlagged)
    {
        count = count == int.MaxValue ? count : count + 1;
        if (count <= FirstSample)
        {
            first[count - 1] = x;
            if (count == FirstSample)
            {
                Start(share, resolution);
            }
        }
        else
        {
            Learn(x, share, resolution, score);
        }

        previousForecast = expected.Mean;
        previous = x;
        previousWasFlagged = wasFlagged;
    }

    /// <summary>Adopts a new level; everything else that was learned stays.</summary>
    public void MoveTo(double newLevel, double weight)
    {
        level = StudentTLocation.Start(newLevel, level.Scale, level.DegreesOfFreedom, weight);
        previousWasFlagged = false;
    }

    private readonly Forecast Predict(double from, double resolution)
    {
        double mean = level.Location + (correlation.Coefficient * (from - level.Location));
        double scale = Math.Max(residual.Scale, resolution / Math.Sqrt(12));
        return new Forecast(mean, scale * Math.Sqrt(1 + (1 / level.EffectiveSampleSize)), tailIndex.Value);
    }

    private readonly Score Score(double r, double nu)
    {
        // A sensor that has never changed has no scale yet: what equals it is ordinary, and a first change cannot be judged.
        if (double.IsNaN(r) || double.IsInfinity(r))
        {
            return new Score(1, 0, 0, 0);
        }

        if (Math.Abs(r) <= BodyLimit)
        {
            double z = StudentT.NormalScore(r, nu);
            double above = new Normal(0, 1).SurvivalProbability(z);
            return new Score(2 * Math.Min(above, 1 - above), -Math.Log(above), -Math.Log(1 - above), z);
        }

        double tail = -new StudentT(nu).LogSurvivalProbability(Math.Abs(r));
        TailCalibration calibration = r > 0 ? upper : lower;
        double p = 2 * calibration.TailProbability(tail);
        if (!IsCalibrated)
        {
            p = Math.Max(p, 2 * Math.Exp(-tail));
        }

        double other = Math.Exp(-tail);
        return new Score(Math.Min(1, p), r > 0 ? tail : other, r > 0 ? other : tail, StudentT.NormalScore(r, nu));
    }

    private readonly double Distance(StudentT t, TailCalibration calibration, double probability)
    {
        double score = -Math.Log(probability);
        if (score > TailCalibration.Threshold)
        {
            double calibrated = TailCalibration.Threshold + calibration.Excess.InverseSurvivalProbability(Math.Min(1, probability / calibration.ExceedanceRate));
            score = IsCalibrated ? calibrated : Math.Max(score, calibrated);
        }

        return t.InverseSurvivalProbability(Math.Exp(-score));
    }

    private void Start(double share, double resolution)
    {
        ReadOnlySpan<double> sample = first;
        (double median, double deviation) = SampleQuantiles.MedianAndDeviation(sample);
        double scale = Math.Max(deviation * SampleQuantiles.DeviationToStandardDeviation, resolution / Math.Sqrt(12));
        level = StudentTLocation.Start(median, scale, StartingDegreesOfFreedom, FirstSample / 4);
        residual = StudentTLocation.Start(0, scale, StartingDegreesOfFreedom, FirstSample / 4);
        tailIndex = DegreesOfFreedom.Start(StartingDegreesOfFreedom, WarmUp);
        previous = sample[0];
        for (int i = 1; i < sample.Length; i++)
        {
            Learn(sample[i], share, resolution, Detection.Score.Unknown);
            previous = sample[i];
        }
    }

    private void Learn(double x, double share, double resolution, in Score score)
    {
        double floor = resolution / Math.Sqrt(12);
        double forecast = level.Location + (correlation.Coefficient * (previous - level.Location));
        residual = residual.Retain(Kept(residual, share)).Observe(x - forecast, floor, out double weight);
        level = level.Retain(Kept(level, share)).Observe(x, floor, out _);
        correlation = correlation.Retain(share).Observe((x - level.Location) / Math.Max(level.Scale, floor));
        if (!(score.TailProbability >= AnomalousBelow))
        {
            return;
        }

        upper = upper.Observe(score.Upper);
        lower = lower.Observe(score.Lower);
        tailIndex = tailIndex.Retain(share).Observe(weight);
        if (count % SolveEvery == 0)
        {
            tailIndex = tailIndex.Solve();
            residual = residual with { DegreesOfFreedom = tailIndex.Value };
            level = level with { DegreesOfFreedom = tailIndex.Value };
        }
    }

    // However long the gap, one reading does not become the whole truth.
    private static double Kept(StudentTLocation estimate, double share) => Math.Max(share, Math.Min(1, LeastWeightKept / estimate.Weight));

    [InlineArray(FirstSample)]
    private struct FirstReadings
    {
        private double element;
    }
}
