using SensorPipeline.Statistics.Special;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>What the sensor kernel says of one reading, by what was known before it.</summary>
public readonly record struct Judgement
{
    /// <summary>Sequence number of the reading in the input log.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the sensor.</summary>
    public required int Sensor { get; init; }

    /// <summary>Event time of the reading.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The reading, in the sensor's unit.</summary>
    public required double Value { get; init; }

    /// <summary>The forecast's mean; NaN while unknown.</summary>
    public required double Mean { get; init; }

    /// <summary>The forecast's standard deviation; NaN while unknown.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>ln of the tail probability; NaN while unknown.</summary>
    public required double LogTailProbability { get; init; }

    /// <summary>Two-sided: a share α of ordinary readings has a smaller one than α, for every α; NaN while unknown.</summary>
    public double TailProbability => Elementary.Exp(LogTailProbability);

    /// <summary>Where the reading lies.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Whether the sensor's own tail has enough evidence.</summary>
    public required bool Calibrated { get; init; }

    /// <summary>Whether an alarm of the sensor begins here, of any kind the budget covers.</summary>
    public required bool IsDeclared { get; init; }

    /// <summary>Whether the operator's rule flags this reading: the probability is below the stated rate, or an episode begins here.</summary>
    public required bool IsOutlier { get; init; }
}
