using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>A group's mixture of k components over d members, to be written.</summary>
public readonly ref struct MixtureModel
{
    /// <summary>Event time at which it took effect.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    /// <summary>How many frames the last refit rests on.</summary>
    public required long Frames { get; init; }

    /// <summary>The d members' names, in the order of the dimensions.</summary>
    public required ReadOnlySpan<string> Members { get; init; }

    /// <summary>k weights that sum to 1.</summary>
    public required ReadOnlySpan<double> Weights { get; init; }

    /// <summary>k means of d numbers, one behind the other, in the members' units.</summary>
    public required ReadOnlySpan<double> Means { get; init; }

    /// <summary>k covariances of d × d numbers, row by row, one behind the other.</summary>
    public required ReadOnlySpan<double> Covariances { get; init; }

    /// <summary>ν of Student components, whose scale matrices are (ν − 2)/ν of the covariances; +∞ of Gaussian ones.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>k labels; they survive refits.</summary>
    public required ReadOnlySpan<int> Labels { get; init; }

    /// <summary>Mean log density of the frames the last refit rests on.</summary>
    public required double MeanLogLikelihood { get; init; }

    /// <summary>How far the last refit moved from the model before it; NaN of the first.</summary>
    public required double Drift { get; init; }
}
