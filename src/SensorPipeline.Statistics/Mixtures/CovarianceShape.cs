namespace SensorPipeline.Statistics.Mixtures;

/// <summary>What freedom the covariances of a mixture have.</summary>
public enum CovarianceShape
{
    /// <summary>Each component its own full matrix.</summary>
    Full,

    /// <summary>One full matrix for all.</summary>
    Tied,

    /// <summary>Each its own variances, no correlation.</summary>
    Diagonal,

    /// <summary>Each one variance for all channels.</summary>
    Spherical,
}
