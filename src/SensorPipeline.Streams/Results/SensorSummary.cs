using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Results;

/// <summary>How far a sensor's latest value can be used.</summary>
public enum Quality : byte
{
    /// <summary>As expected.</summary>
    Good,

    /// <summary>Warming up, or in an open episode.</summary>
    Uncertain,

    /// <summary>The sensor is silent.</summary>
    Stale,

    /// <summary>The value was predicted from other sensors.</summary>
    Imputed,

    /// <summary>The sensor is stuck.</summary>
    Bad,
}

/// <summary>A sensor's state as it is published: latest reading, running Gaussian statistics, and the last verdict.</summary>
public readonly record struct SensorSummary
{
    /// <summary>The sensor's name.</summary>
    public required string Sensor { get; init; }

    /// <summary>Event time of the latest reading.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The latest reading, in the sensor's unit.</summary>
    public required double Value { get; init; }

    /// <summary>Every reading accepted since the sensor was first seen, across restarts.</summary>
    public required long Count { get; init; }

    /// <summary>Running mean that outliers cannot poison, in the sensor's unit; NaN while unknown.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation about it, in the sensor's unit; NaN while unknown.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>How many independent readings the mean is worth.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>Readings below this would be flagged; NaN while unknown.</summary>
    public required double Lower { get; init; }

    /// <summary>Readings above this would be flagged; NaN while unknown.</summary>
    public required double Upper { get; init; }

    /// <summary>Of the latest reading; NaN while unknown.</summary>
    public required double TailProbability { get; init; }

    /// <summary>Of the latest reading.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Whether the sensor's own tail has enough evidence.</summary>
    public required bool Calibrated { get; init; }

    /// <summary>How far the value can be used.</summary>
    public required Quality Quality { get; init; }

    /// <summary>What kind of noise was recognised, or null while unknown: <c>white</c>, <c>flicker</c>, <c>randomWalk</c>, <c>ramp</c>, <c>quantisation</c>.</summary>
    public string? NoiseType { get; init; }

    /// <summary>Standard deviation of the white part of the noise, in the sensor's unit; NaN while unknown.</summary>
    public required double NoiseStandardDeviation { get; init; }

    /// <summary>Random-walk coefficient, in the sensor's unit per square root of a second; NaN while unknown.</summary>
    public double NoiseRandomWalk { get; init; }
}
