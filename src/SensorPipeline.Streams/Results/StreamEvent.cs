using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>Something worth telling a person, about a sensor or a group.</summary>
public sealed record StreamEvent
{
    /// <summary>Bytes the longest identifier takes.</summary>
    public const int LongestId = 64;

    /// <summary>Sequence number of the input that caused it.</summary>
    public required long Sequence { get; init; }

    /// <summary>Distinguishes events of one kind that one input causes in one group.</summary>
    public int Ordinal { get; init; }

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>The sensor concerned, or the group's member most to blame; -1 for none.</summary>
    public required int Sensor { get; init; }

    /// <summary>The group concerned, or null.</summary>
    public string? Group { get; init; }

    /// <summary>Index of the group concerned; -1 for none.</summary>
    public int GroupIndex { get; init; } = -1;

    /// <summary>When it happened, or began.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The reading that gave rise to it; NaN for none.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>What was expected: mean; NaN where unknown.</summary>
    public double ExpectedMean { get; init; } = double.NaN;

    /// <summary>What was expected: standard deviation; NaN where unknown.</summary>
    public double ExpectedStandardDeviation { get; init; } = double.NaN;

    /// <summary>The lower end of the range that would not have been flagged; NaN where unknown.</summary>
    public double Lower { get; init; } = double.NaN;

    /// <summary>The upper end of the range that would not have been flagged; NaN where unknown.</summary>
    public double Upper { get; init; } = double.NaN;

    /// <summary>How probable this was under normal behaviour; NaN where unknown.</summary>
    public double TailProbability { get; init; } = double.NaN;

    /// <summary>One sentence a person can read.</summary>
    public required string Reason { get; init; }

    /// <summary>The identifier of the event this one replaces, or null.</summary>
    public string? Supersedes { get; init; }

    /// <summary>A stable identifier: the same inputs give the same one, however often they are processed.</summary>
    public string Id
    {
        get
        {
            Span<byte> text = stackalloc byte[LongestId];
            return Encoding.UTF8.GetString(text[..FormatId(text)]);
        }
    }

    /// <summary>The identifier of a sensor's event.</summary>
    public static string IdOf(long sequence, EventKind kind, int sensor) => FormattableString.Invariant($"{sequence}-{Name(kind)}-{sensor}");

    /// <summary>Writes the identifier as UTF-8 into at least <see cref="LongestId"/> bytes; returns its length.</summary>
    public int FormatId(Span<byte> text)
    {
        int length;
        _ = GroupIndex < 0
            ? Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{Sequence}-{Name(Kind)}-{Sensor}", out length)
            : Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{Sequence}-{Name(Kind)}-g{GroupIndex}-{Ordinal}", out length);
        return length;
    }

    /// <summary>The published name of a kind, in camel case.</summary>
    public static string Name(EventKind kind) => Names[(int)kind];

    private static readonly string[] Names = [.. Enum.GetNames<EventKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
}
