using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// How improbable something must be to be told, so that all kinds of alarm together keep to the operator's budget: α = F·Δ/86 400 for F false
/// alarms a day and a typical interval of Δ seconds, shared among the kinds (Bonferroni). A sensor that reports seldom cannot have a false
/// alarm a day by chance, so α is capped.
/// </summary>
public sealed class Budget(DetectionOptions options)
{
    /// <summary>Below this a tail was never tried by readings but extrapolated from those it has.</summary>
    public const double Extrapolated = 1e-5;

    /// <summary>A reading of a smaller tail probability is unusual.</summary>
    public const double Unusual = 0.01;

    private const double SecondsPerDay = 86_400;
    private const double Cap = 1e-3;
    private const double PointShare = 0.5;
    private const double ShiftShare = 0.2;
    private const double DriftShare = 0.1;
    private const double NoiseShare = 0.1;
    private const double StuckShare = 0.05;
    private const double SilentShare = 0.05;

    /// <summary>Memory of the estimators, in typical readings.</summary>
    public double Memory => options.Memory;

    /// <summary>Gain of an average with that memory.</summary>
    public double Gain { get; } = 2 / options.Memory;

    /// <summary>Whether single readings are flagged by a stated rate instead of episodes by a budget.</summary>
    public bool IsRate => options.FalseAlarmRate is not null;

    /// <summary>Whether what a sensor does every day is no alarm.</summary>
    public bool KnowsDailyPattern => options.DailyPattern;

    /// <summary>A reading whose ln p is greater is neither unusual nor can it be an outlier: nothing more needs to be asked of it.</summary>
    public double OrdinaryAbove { get; } = Math.Log(Math.Max(Unusual, options.FalseAlarmRate ?? (PointShare * Cap))) + 1e-9;

    /// <summary>False alarms a sensor may raise a day by one kind; 0 for a kind that is not of the budget.</summary>
    public double PerDay(EventKind kind) => options.FalseAlarmsPerSensorPerDay * ShareOf(kind);

    /// <summary>Probability, a reading, of raising any alarm by chance, for a sensor of this typical interval.</summary>
    public double Total(double intervalSeconds) =>
        double.MinNative(Cap, options.FalseAlarmsPerSensorPerDay * (double.IsNaN(intervalSeconds) ? 1 : intervalSeconds) / SecondsPerDay);

    /// <summary>The same where the fleet's false discovery rate says so.</summary>
    internal static double Total(DiscoveryBudget fleet) => Math.Min(Cap, fleet.Total);

    /// <summary>A single reading is an outlier below this tail probability.</summary>
    public double PointProbability(double total) => options.FalseAlarmRate ?? (PointShare * total);

    /// <summary>Probability, a reading, of declaring a kind of alarm by chance, of that of any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Probability(EventKind kind, double total) => ShareOf(kind) * total;

    // In line the kind is known, and with it the share.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ShareOf(EventKind kind) => kind switch
    {
        EventKind.Outlier => PointShare,
        EventKind.LevelShift => ShiftShare,
        EventKind.Drift => DriftShare,
        EventKind.NoiseChange => NoiseShare,
        EventKind.Stuck => StuckShare,
        EventKind.Silent => SilentShare,
        _ => 0,
    };
}
