namespace SensorPipeline.Streams.Results;

/// <summary>What part a member has in a fused estimate.</summary>
public enum MemberStatus : byte
{
    /// <summary>Its noise is not known yet.</summary>
    Unknown,

    /// <summary>Its reading counts.</summary>
    Fused,

    /// <summary>Its reading contradicts the others and is left out.</summary>
    Gated,

    /// <summary>Its offset from the others is changing, so that its level says nothing now.</summary>
    Moving,

    /// <summary>It did not report, repeats an old reading, or copies another member.</summary>
    Absent,
}
