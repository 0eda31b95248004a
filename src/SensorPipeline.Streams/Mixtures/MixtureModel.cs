using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>A group's mixture at one frame, in the units of the members: as a refit left it or as it has learned since.</summary>
public sealed record MixtureModel
{
    /// <summary>Sequence number of the input that closed the frame.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time of the frame.</summary>
    public required EventTime Time { get; init; }

    /// <summary>How many frames the group has had.</summary>
    public required long Frames { get; init; }

    /// <summary>Whether a refit took effect at this frame; else this is what has been learned since.</summary>
    public required bool IsRefit { get; init; }

    /// <summary>How many refits there have been, this one included.</summary>
    public required int Refit { get; init; }

    /// <summary>How many frames the refit rests on.</summary>
    public required int Rows { get; init; }

    /// <summary>Indices of the sensors that are its dimensions, [d].</summary>
    public required int[] Members { get; init; }

    /// <summary>Mixing weights, [k], sum 1.</summary>
    public required double[] Weights { get; init; }

    /// <summary>Means, [k][d], in the order of <see cref="Members"/>.</summary>
    public required double[][] Means { get; init; }

    /// <summary>Covariances, [k][d][d].</summary>
    public required double[][][] Covariances { get; init; }

    /// <summary>ν where the components are Student's, whose scale matrices are (ν − 2)/ν of the covariances; +∞ where they are Gaussian.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>Labels, [k]: a component that continues one of a former model, or is like one that vanished, has its label, and none is used for another again.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Mean log density of the frames the refit rests on.</summary>
    public required double MeanLogLikelihood { get; init; }

    /// <summary>How far the refit moved from the model before it; NaN of the first.</summary>
    public required double Drift { get; init; }
}
