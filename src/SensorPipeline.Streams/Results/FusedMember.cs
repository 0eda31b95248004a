namespace SensorPipeline.Streams.Results;

/// <summary>One member's part in a fused estimate.</summary>
public readonly record struct FusedMember
{
    /// <summary>Index of the sensor.</summary>
    public required int Sensor { get; init; }

    /// <summary>Its share of this frame's fused reading; those of all members sum to one. Negative where a correlated member is better.</summary>
    public double Weight { get; init; }

    /// <summary>What it reads more than the quantity, taken off its readings, in the members' unit; the majority is taken to be right. NaN while unknown.</summary>
    public double Bias { get; init; }

    /// <summary>Standard deviation of the bias, the majority's own uncertainty included; NaN while unknown.</summary>
    public double BiasStandardDeviation { get; init; }

    /// <summary>Standard deviation of its noise, in the members' unit; NaN while unknown.</summary>
    public double NoiseStandardDeviation { get; init; }

    /// <summary>What part it has.</summary>
    public MemberStatus Status { get; init; }
}
