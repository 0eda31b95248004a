using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Sequential;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Runs of equal readings and the steps between unequal ones. Were repeats independent, a run of L readings would have probability q^(L−1), where
/// q is the share of readings that repeat their predecessor; a quiet sensor repeats itself far longer, so what its longest runs in fifty do
/// beyond that law is learned: their rate and a generalised Pareto tail of at least exponential weight, widened by what n runs leave
/// uncertain. All of it is learned from finished runs, so that no run excuses itself. The smallest step is the sensor's resolution, once
/// repeats show that it is quantised. State: 48 bytes; what is learned is kept in seven digits, which is more than is known.
/// </summary>
internal struct RepeatedValue
{
    private const float Memory = 2000;
    private const float QuantisedAbove = 0.02f;
    private const double LeastRelativeStep = 1e-12;
    private const int MinimumRuns = 8;
    private const int ShortestSuspect = 4;
    private const float PriorRuns = 50;
    private const double PriorExcesses = 8;

    private double last;
    private float smallestStep;
    private float rate;
    private float meanExcess;
    private float squareExcess;
    private float excesses;
    private float repeats;
    private float finished;
    private int runs;
    private int threshold;

    /// <summary>Nothing seen.</summary>
    public static RepeatedValue New => new() { Tail = TailCalibration.Start, last = double.NaN };

    /// <summary>The latest reading; NaN before the first.</summary>
    public readonly double Value => last;

    /// <summary>Whether it has ever said two things.</summary>
    public readonly bool HasVaried => runs > 0;

    /// <summary>How many equal readings there are in a row up to now.</summary>
    public int Length { get; private set; }

    /// <summary>The step between neighbouring values of a quantised sensor; 0 for a continuous one, or while unknown.</summary>
    public readonly double Resolution => smallestStep > 0 && (repeats + Length - 1) > QuantisedAbove * (finished + Length) ? smallestStep : 0;

    /// <summary>Whether there were runs enough to say which one is too long.</summary>
    public readonly bool KnowsItsRuns => runs >= MinimumRuns;

    /// <summary>Whether the run up to now is too long to be chance.</summary>
    public readonly bool IsStuck => Length >= ShortestSuspect && Length >= threshold;

    /// <summary>After one more reading; a step that is rounding error is none.</summary>
    /// <param name="x">The reading.</param>
    /// <param name="alpha">Probability, a reading, of calling the sensor stuck by chance.</param>
    public void Observe(double x, double alpha)
    {
        double step = Math.Abs(x - last);
        if (Length > 0 && step <= LeastRelativeStep * Math.Abs(last))
        {
            Length = Length == int.MaxValue ? Length : Length + 1;
            threshold = Length == ShortestSuspect ? Threshold(alpha) : threshold;
            last = x;
            return;
        }

        if (Length > 0)
        {
            Finish(step);
        }

        last = x;
        Length = 1;
    }

    // The run with which one begins with probability α a reading: there are 1 − q runs a reading.
    private readonly int Threshold(double alpha)
    {
        if (runs < MinimumRuns)
        {
            return int.MaxValue;
        }

        double q = RepeatProbability;
        TailCalibration tail = Tail;
        GeneralizedPareto excess = tail.Excess;
        excess = excess with { Shape = Math.Max(0, excess.Shape) + (1 / (tail.Excesses + PriorExcesses)) };
        double score = TailCalibration.Threshold + excess.InverseSurvivalProbability(Math.Min(1, alpha / ((1 - q) * tail.ExceedanceRate)));
        return (int)Math.Min(Math.Ceiling(1 - (score / Math.Log(q))), int.MaxValue);
    }

    // What the longest runs in fifty do beyond the law of independent repeats.
    private TailCalibration Tail
    {
        readonly get => TailCalibration.Of(rate, meanExcess, squareExcess, excesses);
        set => (rate, meanExcess, squareExcess, excesses) = ((float)value.ExceedanceRate, (float)value.MeanExcess, (float)value.MeanSquareExcess, (float)value.Excesses);
    }

    private readonly double RepeatProbability => Math.Clamp(repeats / finished, RepeatLaw.LeastProbability, RepeatLaw.MostProbability);

    private void Finish(double step)
    {
        if (Length > 1)
        {
            FinishRun();
        }
        else
        {
            // A run of one scores nothing and needs no logarithm.
            rate -= runs >= MinimumRuns ? rate / float.MinNative(runs + PriorRuns, (float)TailCalibration.RateMemory) : 0;
            repeats *= 1 - (1 / Memory);
            finished = ((1 - (1 / Memory)) * finished) + 1;
        }

        float least = float.MinNative((float)step, float.MaxValue);
        smallestStep = smallestStep > 0 ? float.MinNative(smallestStep, least) : least;
        runs = runs == int.MaxValue ? runs : runs + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FinishRun()
    {
        if (runs >= MinimumRuns)
        {
            Tail = Tail.Observe(-RepeatLaw.LogTail(Length, RepeatProbability), 1 / double.MinNative(runs + PriorRuns, TailCalibration.RateMemory), 1 / TailCalibration.ExcessMemory);
        }

        float forget = Math.Max(0, 1 - (Length / Memory));
        repeats = (forget * repeats) + Length - 1;
        finished = (forget * finished) + Length;
    }
}
