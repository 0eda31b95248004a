using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>The reading at hand, and the events that can be told of it, each with its reason in words.</summary>
internal readonly record struct Occasion(long Sequence, int Sensor, EventTime Time, double Value, Forecast Expected, double TailProbability)
{
    private const double Extrapolated = 1e-5;

    public StreamEvent Outlier((double Lower, double Upper) range, double intervalSeconds)
    {
        string often = TailProbability > 0 ? Duration(intervalSeconds / TailProbability) : "more than a lifetime";
        string extrapolated = TailProbability < Extrapolated ? ", as far as the tail can be extrapolated" : "";
        return Event(EventKind.Outlier) with
        {
            Lower = range.Lower,
            Upper = range.Upper,
            Reason = FormattableString.Invariant(
                $"{Value:G6} is outside {range.Lower:G5}–{range.Upper:G5}; a reading this far out is expected once in {often}{extrapolated}."),
        };
    }

    public StreamEvent LevelShift(double oldLevel, double newLevel, EventTime began, long? outlier) => Event(EventKind.LevelShift) with
    {
        Time = began,
        Supersedes = outlier is { } opened ? StreamEvent.IdOf(opened, EventKind.Outlier, Sensor) : null,
        Reason = FormattableString.Invariant($"The level moved from {oldLevel:G6} to {newLevel:G6} at {began}."),
    };

    public StreamEvent Stuck(int length) => Event(EventKind.Stuck) with
    {
        Reason = FormattableString.Invariant($"{Value:G6} has come {length} times in a row, which is more than this sensor repeats itself by chance."),
    };

    public StreamEvent Silent(TimeSpan since, double intervalSeconds) => Event(EventKind.Silent) with
    {
        Reason = FormattableString.Invariant($"No reading for {Duration(since.TotalSeconds)}; usually there is one every {Duration(intervalSeconds)}."),
    };

    public StreamEvent Recovered(string reason) => Event(EventKind.Recovered) with { Reason = reason };

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

    private StreamEvent Event(EventKind kind) => new()
    {
        Sequence = Sequence,
        Kind = kind,
        Sensor = Sensor,
        Time = Time,
        Value = Value,
        ExpectedMean = Expected.Mean,
        ExpectedStandardDeviation = Expected.StandardDeviation,
        TailProbability = TailProbability,
        Reason = "",
    };
}
