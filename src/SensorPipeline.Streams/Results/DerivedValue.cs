namespace SensorPipeline.Streams.Results;

/// <summary>A channel computed from a group's members: c + Σ wᵢxᵢ.</summary>
public readonly record struct DerivedValue
{
    /// <summary>Number of the channel in the group's options.</summary>
    public required int Channel { get; init; }

    /// <summary>Its value; NaN where a member it needs has never been seen.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// √(wᵀCw), C the covariance with which the members scatter about their levels, correlations included, plus Σ wᵢ²vᵢ over imputed members,
    /// vᵢ the variance of their prediction: how far the value would be from its level by the members' noise alone.
    /// </summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Whether a member it needs was absent and predicted.</summary>
    public required bool IsImputed { get; init; }
}
