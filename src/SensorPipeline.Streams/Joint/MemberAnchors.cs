using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// Brings members to a common scale: y = (x − median)/MADN of a member's first 32 readings, for conditioning and for start values; everything
/// behind it learns on. A member without 32 readings, or that has not moved in them, has no scale yet: it counts as absent.
/// State: 34 numbers a member until it is anchored, and two after.
/// </summary>
internal sealed class MemberAnchors(int members) : ISnapshot
{
    /// <summary>How many readings anchor a member.</summary>
    public const int Readings = 32;

    // Further out there is nothing left to tell apart, and squares and their sums stay within what a number can hold.
    private const double Farthest = 1e6;

    private readonly double[] early = new double[members * Readings];
    private readonly double[] centres = new double[members];
    private readonly double[] scales = new double[members];
    private readonly int[] counts = new int[members];

    /// <summary>Whether a member has its scale.</summary>
    public bool IsAnchored(int member) => scales[member] > 0;

    /// <summary>Standardises a frame; NaN for members that are absent or not anchored.</summary>
    public void Standardise(ReadOnlySpan<double> values, Span<double> standard)
    {
        for (int i = 0; i < values.Length; i++)
        {
            standard[i] = double.IsNaN(values[i]) || !(scales[i] > 0) ? double.NaN
                : Math.Clamp((values[i] - centres[i]) / scales[i], -Farthest, Farthest);
        }
    }

    /// <summary>A standardised value in the member's unit.</summary>
    public double ToUnit(int member, double standard) => centres[member] + (scales[member] * standard);

    /// <summary>A standardised difference in the member's unit.</summary>
    public double ScaleOf(int member) => scales[member];

    /// <summary>Takes note of the readings of members that have no scale yet.</summary>
    public void Observe(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(scales[i] > 0) && !double.IsNaN(values[i]))
            {
                early[(i * Readings) + (counts[i] % Readings)] = values[i];
                counts[i] = counts[i] < 2 * Readings ? counts[i] + 1 : Readings + 1;
                Anchor(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(early);
        writer.WriteSpan<double>(centres);
        writer.WriteSpan<double>(scales);
        writer.WriteSpan<int>(counts);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        reader.ReadInto(early);
        reader.ReadInto(centres);
        reader.ReadInto(scales);
        reader.ReadInto(counts);
    }

    private void Anchor(int member)
    {
        if (counts[member] < Readings)
        {
            return;
        }

        Span<double> sorted = stackalloc double[Readings];
        early.AsSpan(member * Readings, Readings).CopyTo(sorted);
        double median = Median(sorted);
        double square = 0;
        foreach (ref double value in sorted)
        {
            value = Math.Abs(value - median);
            square += value * value / Readings;
        }

        // More than half equal: a coarse resolution, and what spread there is must do.
        double deviation = SampleQuantiles.DeviationToStandardDeviation * Median(sorted);
        double scale = deviation > 0 ? deviation : Math.Sqrt(square);
        if (scale > 0 && double.IsFinite(scale) && double.IsFinite(median))
        {
            centres[member] = median;
            scales[member] = scale;
        }
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        return SampleQuantiles.MedianOfSorted(values);
    }
}
