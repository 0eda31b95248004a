using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>Whether a group's estimate can be used.</summary>
public enum FusionStatus : byte
{
    /// <summary>No member has reported recently enough, or their noise is not known yet.</summary>
    Unavailable,

    /// <summary>The members agree within their noise.</summary>
    Consistent,

    /// <summary>The members disagree by more than their noise explains; the variance is widened.</summary>
    Inconsistent,
}

/// <summary>A group's quantity at one event time: the what its members say together, over time.</summary>
public readonly record struct FusedEstimate()
{
    /// <summary>Sequence number of the input that closed the frame.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time of the frame.</summary>
    public required EventTime Time { get; init; }

    /// <summary>Mean, in the members' unit; NaN while unavailable.</summary>
    public required double Mean { get; init; }

    /// <summary>Variance, in the square of the members' unit; NaN while unavailable.</summary>
    public required double Variance { get; init; }

    /// <summary>How many members the estimate rests on.</summary>
    public required int Members { get; init; }

    /// <summary>How many members were present and left out because they contradict the others.</summary>
    public required int Gated { get; init; }

    /// <summary>Sum of squared normalised deviations of the members from the estimate; under agreement chi-square with Members − 1 degrees of freedom.</summary>
    public required double ChiSquare { get; init; }

    /// <summary>
    /// How far the frame's fused reading lay from what the frames before foretold: chi-square with one degree of freedom where the estimate is honest.
    /// NaN where nothing was foretold, or what was is taken to be wrong.
    /// </summary>
    public double NormalisedInnovationSquared { get; init; } = double.NaN;

    /// <summary>The share of recent frames whose normalised innovation squared lay inside its 95 % band; NaN while unknown.</summary>
    public double Coverage { get; init; } = double.NaN;

    /// <summary>Whether the estimate can be used.</summary>
    public required FusionStatus Status { get; init; }
}
