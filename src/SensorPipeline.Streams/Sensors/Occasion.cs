using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>The reading at hand, and the events that can be told of it, each with its reason in words.</summary>
/// <param name="Sequence">Sequence number of the input.</param>
/// <param name="Sensor">Index of the sensor.</param>
/// <param name="Time">Event time.</param>
/// <param name="Value">The reading.</param>
/// <param name="Expected">What had been expected.</param>
/// <param name="TailProbability">How far out it is.</param>
/// <param name="IntervalSeconds">The sensor's typical interval.</param>
internal readonly record struct Occasion(long Sequence, int Sensor, EventTime Time, double Value, Forecast Expected, double TailProbability, double IntervalSeconds)
{
    /// <summary>Where a reason has the sensor's unit, which is set in when the event leaves the sensors.</summary>
    public const char Unit = '¤';

    /// <summary>The range that would not have been flagged; asked for only where something is told.</summary>
    public (double Lower, double Upper) Range { get; init; } = (double.NaN, double.NaN);

    /// <summary>With the range outside which a reading would have been flagged.</summary>
    public Occasion Beside(in Detector detector, double probability) =>
        detector.IsReady ? this with { Range = detector.Range(Expected, probability) } : this;

    public StreamEvent Outlier()
    {
        string often = TailProbability > 0 ? Duration(IntervalSeconds / TailProbability) : "more than a lifetime";
        string extrapolated = TailProbability < Budget.Extrapolated ? ", as far as the tail can be extrapolated" : "";
        return Event(EventKind.Outlier, TailProbability) with
        {
            Reason = FormattableString.Invariant(
                $"{Value:G6}{Unit} is outside {Range.Lower:G5}–{Range.Upper:G5}{Unit}; a reading this far out is expected once in {often}{extrapolated}."),
        };
    }

    public StreamEvent Of(in Change change)
    {
        string lasted = Duration(change.Readings * IntervalSeconds);
        string reason = change.Kind switch
        {
            EventKind.LevelShift => FormattableString.Invariant($"The level moved from {change.From:G6}{Unit} to {change.To:G6}{Unit} at {change.Began}."),
            EventKind.Drift => FormattableString.Invariant($"The level has moved steadily for {lasted}, from {change.From:G6}{Unit} to {change.To:G6}{Unit}."),
            _ when change.To > 0 => FormattableString.Invariant($"For {lasted} readings have scattered more than the ±{Expected.StandardDeviation:G3}{Unit} expected."),
            _ => FormattableString.Invariant($"For {lasted} readings have scattered less than the ±{Expected.StandardDeviation:G3}{Unit} expected."),
        };
        StreamEvent told = Event(change.Kind, change.Probability) with { Reason = reason };
        return change.Began.IsSome ? told with { Time = change.Began } : told;
    }

    public StreamEvent Stuck(int length) => Event(EventKind.Stuck, double.NaN) with
    {
        Reason = FormattableString.Invariant($"{Value:G6}{Unit} has come {length} times in a row, which is more than this sensor repeats itself by chance."),
    };

    public StreamEvent Silent(TimeSpan since) => Event(EventKind.Silent, double.NaN) with
    {
        Reason = FormattableString.Invariant($"No reading for {Duration(since.TotalSeconds)}; usually there is one every {Duration(IntervalSeconds)}."),
    };

    public StreamEvent Lost(TimeSpan since) => Event(EventKind.Silent, double.NaN) with
    {
        Reason = FormattableString.Invariant($"Its device has said that it is gone; the last reading came {Duration(since.TotalSeconds)} ago."),
    };

    public StreamEvent Recovered(string reason) => Event(EventKind.Recovered, double.NaN) with { Reason = reason };

    /// <summary>A length of time as a person says it: two significant digits and a unit.</summary>
    public static string Duration(double seconds)
    {
        (double size, string unit) = seconds switch
        {
            < 1e-3 => (1e-6, "µs"),
            < 1 => (1e-3, "ms"),
            < 120 => (1, "s"),
            < 7200 => (60, "min"),
            < 172_800 => (3600, "h"),
            < 63_072_000 => (86_400, "days"),
            _ => (31_557_600, "years"),
        };
        double number = seconds / size;
        return number >= 1e6 ? "over a million years" : FormattableString.Invariant($"{(number >= 10 ? Math.Round(number) : Math.Round(number, 1))} {unit}");
    }

    private StreamEvent Event(EventKind kind, double probability) => new()
    {
        Sequence = Sequence,
        Kind = kind,
        Sensor = Sensor,
        Time = Time,
        Value = Value,
        ExpectedMean = Expected.Mean,
        ExpectedStandardDeviation = Expected.StandardDeviation,
        Lower = Range.Lower,
        Upper = Range.Upper,
        TailProbability = probability,
        Reason = "",
    };
}
