using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>A group's Gaussian mixture as a refit left it, in the units of the members.</summary>
public sealed record MixtureModel
{
    /// <summary>Sequence number of the input that installed it.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time at which it took effect.</summary>
    public required EventTime Time { get; init; }

    /// <summary>How many refits there have been, this one included.</summary>
    public required int Refit { get; init; }

    /// <summary>How many complete frames it was fitted to.</summary>
    public required int Rows { get; init; }

    /// <summary>Indices of the sensors that are its dimensions, [d].</summary>
    public required int[] Members { get; init; }

    /// <summary>Mixing weights, [k], sum 1.</summary>
    public required double[] Weights { get; init; }

    /// <summary>Means, [k][d], in the order of <see cref="Members"/>.</summary>
    public required double[][] Means { get; init; }

    /// <summary>Covariances, [k][d][d].</summary>
    public required double[][][] Covariances { get; init; }

    /// <summary>Labels, [k]: a component that continues one of the former model keeps its label, and none is used for another again.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Mean log density of the rows it was fitted to.</summary>
    public required double MeanLogLikelihood { get; init; }
}
