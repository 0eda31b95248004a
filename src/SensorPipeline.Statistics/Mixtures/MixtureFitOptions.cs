namespace SensorPipeline.Statistics.Mixtures;

/// <summary>How a mixture is fitted.</summary>
public sealed record MixtureFitOptions
{
    /// <summary>Number of components to start with, K ≥ 1. Components that starve are removed.</summary>
    public int Components { get; init; } = 2;

    /// <summary>Freedom of the covariances.</summary>
    public CovarianceShape Shape { get; init; }

    /// <summary>Added to each variance, as a share of the channel's variance over the sample, so that no component collapses; where a channel repeats its values, at least the variance of rounding.</summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>A component with fewer rows is removed; never less than d + 1.</summary>
    public double LeastCount { get; init; }

    /// <summary>The fit stops when a pass gains less log likelihood a row than this.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Most passes over the sample.</summary>
    public int MaxPasses { get; init; } = 200;

    /// <summary>How many starts are tried for a few passes before the best is continued.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>Seed of the starts; the same sample and seed give the same fit.</summary>
    public int Seed { get; init; } = 1;
}
