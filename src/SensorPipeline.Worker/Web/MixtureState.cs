namespace SensorPipeline.Worker.Web;

/// <summary>A group's mixture in force, and where the group is in it.</summary>
public sealed record MixtureState
{
    /// <summary>Its index, for <see cref="IDashboardSource.CopyRegimes"/>.</summary>
    public int Index { get; init; }

    /// <summary>The group's name.</summary>
    public required string Name { get; init; }

    /// <summary>Indices of the sensors that are its dimensions.</summary>
    public required IReadOnlyList<int> Members { get; init; }

    /// <summary>Its components; empty before the first fit.</summary>
    public required IReadOnlyList<MixtureComponent> Components { get; init; }

    /// <summary>How often it has been refitted.</summary>
    public long Refits { get; init; }

    /// <summary>Frames assigned so far.</summary>
    public long Frames { get; init; }

    /// <summary>The label of the regime the group is in; null while unknown.</summary>
    public int? Regime { get; init; }
}
