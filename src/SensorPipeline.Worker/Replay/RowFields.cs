namespace SensorPipeline.Worker.Replay;

/// <summary>What a row says beside when and of whom; NaN where unknown.</summary>
internal readonly record struct RowFields
{
    public static RowFields Unknown { get; } = new() { Value = double.NaN, Mean = double.NaN, StandardDeviation = double.NaN, TailProbability = double.NaN };

    public double Value { get; init; }

    public double Mean { get; init; }

    public double StandardDeviation { get; init; }

    public double TailProbability { get; init; }

    public double Score { get; init; }

    public bool IsOutlier { get; init; }

    public bool Calibrated { get; init; }
}
