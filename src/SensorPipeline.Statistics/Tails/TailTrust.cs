namespace SensorPipeline.Statistics.Tails;

/// <summary>What a <see cref="TailLaw"/> makes of deviations beyond everything it expects.</summary>
public enum TailTrust
{
    /// <summary>All of them belong to the stream.</summary>
    Whole,

    /// <summary>They belong to it while they are no more than chance would bring; else as many count as were expected.</summary>
    WhileExpected,

    /// <summary>As many count as were expected: the stream is known to be disturbed.</summary>
    AsExpected,
}
