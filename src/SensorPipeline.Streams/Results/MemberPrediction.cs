namespace SensorPipeline.Streams.Results;

/// <summary>What a member of a group should read by the members that did report: a virtual sensor. Nothing learns from it.</summary>
public readonly record struct MemberPrediction
{
    /// <summary>Index of the sensor.</summary>
    public required int Sensor { get; init; }

    /// <summary>Conditional mean, in the sensor's unit.</summary>
    public required double Mean { get; init; }

    /// <summary>Such that nine in ten readings lie within 1.645 of it: calibrated on the sensor's own readings while it had some.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>What the sensor did read; NaN where it is absent and the prediction stands for it.</summary>
    public required double Value { get; init; }

    /// <summary>Two-sided probability of a reading as far from its prediction; NaN where it is absent.</summary>
    public required double TailProbability { get; init; }

    /// <summary>Whether the prediction stands for a reading that is absent.</summary>
    public bool IsImputed => double.IsNaN(Value);
}
