using SensorPipeline.Streams.Results;

namespace SensorPipeline.Formats.Results;

/// <summary>The published names of kinds, verdicts and qualities: camel case.</summary>
public static class ResultNames
{
    private static readonly byte[][] Verdicts = NamesOf<Verdict>();
    private static readonly byte[][] Qualities = NamesOf<Quality>();
    private static readonly byte[][] Kinds = NamesOf<EventKind>();
    private static readonly byte[][] Statuses = NamesOf<FusionStatus>();
    private static readonly byte[][] MemberStatuses = NamesOf<MemberStatus>();
    private static readonly byte[][] Reloads = NamesOf<ReloadResult>();

    /// <summary>The name of a verdict, UTF-8.</summary>
    public static ReadOnlySpan<byte> Of(Verdict verdict) => Verdicts[(int)verdict];

    /// <summary>The name of a quality, UTF-8.</summary>
    public static ReadOnlySpan<byte> Of(Quality quality) => Qualities[(int)quality];

    /// <summary>The name of a kind of event, UTF-8.</summary>
    public static ReadOnlySpan<byte> Of(EventKind kind) => Kinds[(int)kind];

    /// <summary>The name of a fusion status, UTF-8.</summary>
    public static ReadOnlySpan<byte> Of(FusionStatus status) => Statuses[(int)status];

    /// <summary>Of a member's part in a fused estimate.</summary>
    public static ReadOnlySpan<byte> Of(MemberStatus status) => MemberStatuses[(int)status];

    /// <summary>What became of an edit of the configuration.</summary>
    public static ReadOnlySpan<byte> Of(ReloadResult result) => Reloads[(int)result];

    private static byte[][] NamesOf<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => System.Text.Encoding.ASCII.GetBytes(char.ToLowerInvariant(name[0]) + name[1..]))];
}
