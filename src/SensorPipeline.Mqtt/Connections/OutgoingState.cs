namespace SensorPipeline.Mqtt.Connections;

/// <summary>Where a message in the outbox stands.</summary>
internal enum OutgoingState : byte
{
    /// <summary>It is to be sent.</summary>
    Queued,

    /// <summary>With QoS 0: it lies in the write under way.</summary>
    Written,

    /// <summary>It waits for its PUBACK or PUBREC.</summary>
    Sent,

    /// <summary>Its PUBREC came on an earlier connection: PUBREL is to be sent.</summary>
    ReleaseDue,

    /// <summary>It waits for its PUBCOMP.</summary>
    Released,

    /// <summary>The broker had no room and sent it back.</summary>
    Postponed,

    /// <summary>It needs nothing more.</summary>
    Done,
}
