namespace SensorPipeline.Statistics.Estimators;

/// <summary>Checks of the numbers of a snapshot that comes from outside.</summary>
internal static class SnapshotState
{
    /// <summary>Whole numbers are exact up to here.</summary>
    internal const long MostWhole = 1L << 53;

    internal static void RequireLength(ReadOnlySpan<double> state, bool fits)
    {
        if (!fits)
        {
            throw new ArgumentException($"{state.Length} numbers are not a snapshot of this estimator.", nameof(state));
        }
    }

    internal static void Require(bool valid, string what)
    {
        if (!valid)
        {
            throw new InvalidDataException($"A snapshot with {what} cannot be restored.");
        }
    }

    internal static void RequireFinite(ReadOnlySpan<double> numbers, string what)
    {
        foreach (double x in numbers)
        {
            Require(double.IsFinite(x), what);
        }
    }

    internal static long Whole(double value, long least, long most, string what)
    {
        Require(value >= least && value <= most && value == Math.Floor(value), what);
        return (long)value;
    }
}
