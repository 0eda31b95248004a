namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>How a broker gives out packet identifiers.</summary>
internal enum IdentifierPolicy
{
    /// <summary>One after the other, as mosquitto does.</summary>
    Sequential,

    /// <summary>The lowest that is free.</summary>
    LowestFree,

    /// <summary>Anew on each connection, also to what is sent again.</summary>
    Renumbered,
}
