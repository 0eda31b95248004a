using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>Which regime a group is in at one event time: soft assignment of a frame to the components of its mixture.</summary>
public readonly record struct RegimeState
{
    /// <summary>Sequence number of the input that closed the frame.</summary>
    public required long Sequence { get; init; }

    /// <summary>Index of the group.</summary>
    public required int Group { get; init; }

    /// <summary>Event time of the frame.</summary>
    public required EventTime Time { get; init; }

    /// <summary>Label of the component with the greatest responsibility; labels survive refits.</summary>
    public required int Label { get; init; }

    /// <summary>Label of the regime the group is in: a frame elsewhere does not end it, but as many as do not come by chance.</summary>
    public required int Regime { get; init; }

    /// <summary>Where the responsibilities, one a component of the model in force, begin in the batch's responsibilities.</summary>
    public required int FirstResponsibility { get; init; }

    /// <summary>How many components the model in force has.</summary>
    public required int Components { get; init; }

    /// <summary>Log density of the frame, of the members it has, under the mixture.</summary>
    public required double LogDensity { get; init; }

    /// <summary>Share of frames that fit the mixture worse than this one, under the group's normal behaviour.</summary>
    public required double TailProbability { get; init; }
}
