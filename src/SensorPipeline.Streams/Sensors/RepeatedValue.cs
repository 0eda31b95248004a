using SensorPipeline.Statistics.Sequential;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Runs of equal readings and the steps between unequal ones. A run of L readings has probability q^(L−1), where q, the share of readings that
/// repeat their predecessor, is learned from finished runs only, so a run cannot excuse itself. The smallest step is the sensor's resolution, once
/// repeats show that it is quantised. State: 40 bytes.
/// </summary>
public readonly record struct RepeatedValue
{
    private const double Memory = 2000;
    private const double QuantisedAbove = 0.02;
    private const double LeastRelativeStep = 1e-12;
    private const int MinimumRuns = 8;

    private readonly double last;
    private readonly double smallestStep;
    private readonly double repeats;
    private readonly double finished;
    private readonly int runs;

    private RepeatedValue(double last, double smallestStep, double repeats, double finished, int runs, int length)
    {
        this.last = last;
        this.smallestStep = smallestStep;
        this.repeats = repeats;
        this.finished = finished;
        this.runs = runs;
        Length = length;
    }

    /// <summary>How many equal readings there are in a row up to now.</summary>
    public int Length { get; }

    /// <summary>The value that is repeated; meaningless before the first reading.</summary>
    public double Value => last;

    /// <summary>The step between neighbouring values of a quantised sensor; 0 for a continuous one, or while unknown.</summary>
    public double Resolution => smallestStep > 0 && (repeats + Length - 1) > QuantisedAbove * (finished + Length) ? smallestStep : 0;

    /// <summary>The run that is too long to be chance at probability α; <see cref="int.MaxValue"/> while q is unknown.</summary>
    public int Threshold(double probability) => runs < MinimumRuns
        ? int.MaxValue
        : RepeatLaw.Threshold(probability, Math.Clamp(repeats / finished, RepeatLaw.LeastProbability, RepeatLaw.MostProbability));

    /// <summary>After one more reading; a step that is rounding error is none.</summary>
    public RepeatedValue Observe(double x)
    {
        double step = Math.Abs(x - last);
        if (Length > 0 && step <= LeastRelativeStep * Math.Abs(last))
        {
            return new RepeatedValue(last, smallestStep, repeats, finished, runs, Length == int.MaxValue ? Length : Length + 1);
        }

        if (Length == 0)
        {
            return new RepeatedValue(x, 0, 0, 0, 0, 1);
        }

        double forget = Math.Max(0, 1 - (Length / Memory));
        double smallest = smallestStep > 0 ? Math.Min(smallestStep, step) : step;
        return new RepeatedValue(x, smallest, (forget * repeats) + Length - 1, (forget * finished) + Length, Math.Min(runs + 1, MinimumRuns), 1);
    }
}
