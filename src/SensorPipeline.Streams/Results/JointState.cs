using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>How well a group's readings of one event time fit together and their past.</summary>
public readonly record struct JointState
{
    /// <summary>Sequence number of the input that closed the frame.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time of the frame.</summary>
    public required EventTime Time { get; init; }

    /// <summary>Under normal behaviour a share α of frames has a smaller one than α, for every α; NaN while unknown.</summary>
    public required double TailProbability { get; init; }

    /// <summary>Rank for a whole recording, in [0,1]; larger is more anomalous.</summary>
    public required double Score { get; init; }

    /// <summary>Whether an anomalous episode is under way; true throughout.</summary>
    public required bool IsOutlier { get; init; }

    /// <summary>Whether the group's own tail has enough evidence.</summary>
    public required bool Calibrated { get; init; }

    /// <summary>The sensor that fits the others least; -1 while unknown.</summary>
    public required int Blame { get; init; }

    /// <summary>Where the frame's predictions begin in the batch's, and how many there are.</summary>
    public required int FirstPrediction { get; init; }

    /// <summary>How many predictions the frame has.</summary>
    public required int Predictions { get; init; }

    /// <summary>Where the frame's derived values begin in the batch's.</summary>
    public required int FirstDerived { get; init; }

    /// <summary>How many derived values the frame has.</summary>
    public required int Derived { get; init; }
}
