using System.Text.Json;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>How the page sorts sensors: worst last. The numbers are part of what the page reads.</summary>
internal enum SensorState : byte
{
    Good = 0,
    WarmingUp = 1,
    Unusual = 2,
    Imputed = 3,
    Uncertain = 4,
    Outlier = 5,
    Silent = 6,
    Stuck = 7,
}

/// <summary>Reads the state off what is known of a sensor.</summary>
internal static class SensorStates
{
    /// <summary>The names, by number, as the page and its addresses spell them.</summary>
    public static readonly string[] Names = [.. Enum.GetValues<SensorState>().Select(state => JsonNamingPolicy.CamelCase.ConvertName(state.ToString()))];

    public static SensorState Of(in SensorSummary sensor, bool wasFlagged, bool isLeftOut) => sensor switch
    {
        { Quality: Quality.Bad } => SensorState.Stuck,
        { Quality: Quality.Stale } => SensorState.Silent,
        _ when wasFlagged || sensor.Verdict == Verdict.Outlier => SensorState.Outlier,
        { Verdict: Verdict.WarmingUp } => SensorState.WarmingUp,
        _ when isLeftOut || sensor.Quality == Quality.Uncertain => SensorState.Uncertain,
        { Quality: Quality.Imputed } => SensorState.Imputed,
        { Verdict: Verdict.Tail } => SensorState.Unusual,
        _ => SensorState.Good,
    };
}
