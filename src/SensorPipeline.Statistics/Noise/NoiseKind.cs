namespace SensorPipeline.Statistics.Noise;

/// <summary>Kinds of noise by how the Allan variance goes with the averaging time τ.</summary>
public enum NoiseKind
{
    /// <summary>Too little to tell.</summary>
    Unknown,

    /// <summary>Independent errors: 1/τ.</summary>
    White,

    /// <summary>1/f: level.</summary>
    Flicker,

    /// <summary>Independent steps: τ.</summary>
    RandomWalk,

    /// <summary>Independent errors on a value that walks.</summary>
    WhitePlusWalk,

    /// <summary>A steady drift: τ².</summary>
    Ramp,

    /// <summary>Differences of a quantised integral: 1/τ².</summary>
    Quantisation,
}
