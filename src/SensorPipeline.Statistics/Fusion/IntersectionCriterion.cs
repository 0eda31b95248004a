namespace SensorPipeline.Statistics.Fusion;

/// <summary>What an intersection makes small.</summary>
public enum IntersectionCriterion
{
    /// <summary>The sum of the variances.</summary>
    Trace,

    /// <summary>The volume of the ellipsoid.</summary>
    Determinant,
}
