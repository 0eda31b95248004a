using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Sources;

/// <summary>A compiled channel.</summary>
internal sealed class ChannelPlan
{
    /// <summary>Position among the source's channels.</summary>
    public required int Index { get; init; }

    /// <summary>What was written.</summary>
    public required ChannelOptions Options { get; init; }

    /// <summary>The whole name of its sensors.</summary>
    public required NameTemplate Name { get; init; }

    /// <summary>Path, or the value's own name, or empty.</summary>
    public required string Path { get; init; }

    /// <summary>The slot of the path in its layout, or -1 where the path has stars.</summary>
    public int Slot { get; init; } = -1;

    /// <summary>The names of records that it takes, or null for all.</summary>
    public TopicTemplate? Records { get; init; }

    /// <summary>The column it takes, or -1 where the path is the column's name.</summary>
    public int Column { get; init; }

    /// <summary>Whether the path takes whatever members there are, so that one without a number is no fault.</summary>
    public bool TakesAnything { get; init; }

    /// <summary>Whether its values are left out without a word.</summary>
    public bool IsIgnored => Options.Ignore;

    /// <summary>From the payload's value to the reading: scale, offset and conversion of units.</summary>
    public StraightLine Line { get; init; } = StraightLine.Identity;

    /// <summary>Least possible reading.</summary>
    public double Least { get; init; } = double.MinValue;

    /// <summary>Greatest possible reading.</summary>
    public double Greatest { get; init; } = double.MaxValue;

    /// <summary>Payload values that mean a fault.</summary>
    public double[] Sentinels { get; init; } = [];

    /// <summary>Texts and the numbers they stand for.</summary>
    public (byte[] Text, double Number)[] Values { get; init; } = [];

    /// <summary>The reading that a payload's value is, or why it is none.</summary>
    public RejectReason Convert(double raw, out double value)
    {
        value = Line.IsIdentity ? raw : Line.Of(raw);

        // What is not finite lies within no bounds.
        return value >= Least && value <= Greatest && (Sentinels.Length == 0 || !IsSentinel(raw)) ? RejectReason.None : Refusal(raw, value);
    }

    private RejectReason Refusal(double raw, double value) =>
        !double.IsFinite(value) ? RejectReason.NotFinite
        : IsSentinel(raw) ? RejectReason.Sentinel
        : RejectReason.OutOfRange;

    private bool IsSentinel(double raw)
    {
        foreach (double sentinel in Sentinels)
        {
            if (raw == sentinel)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number that a text stands for.</summary>
    public bool TryGetValue(ReadOnlySpan<byte> text, out double number)
    {
        foreach ((byte[] known, double stands) in Values)
        {
            if (text.SequenceEqual(known) || Ascii.EqualsIgnoreCase(text, known))
            {
                number = stands;
                return true;
            }
        }

        number = double.NaN;
        return false;
    }
}
