namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>What some brokers, or other clients behind the seam, do not do, so that the tests about it are skipped there, or expect less, with the reason.</summary>
public enum BrokerFeature
{
    /// <summary>MQTT 5.</summary>
    Version5,

    /// <summary>A level of a topic may be empty.</summary>
    EmptyLevels,

    /// <summary>Messages sent again are marked with DUP.</summary>
    DuplicateFlag,

    /// <summary>Messages sent again bear the identifiers they had.</summary>
    SameIdentifiers,

    /// <summary>Retained messages come for filters with wildcards too.</summary>
    RetainedForWildcards,

    /// <summary>A filter that an earlier connection of the session subscribed can be taken back.</summary>
    UnsubscribeOfEarlier,

    /// <summary>Messages sent again come before new ones.</summary>
    RepeatsFirst,

    /// <summary>A subscriber that does not read is queued for, and its publishers go on.</summary>
    QueueForSlowSubscribers,

    /// <summary>Every message it acknowledged comes, also where it restarts in between.</summary>
    DeliversAfterRestart,

    /// <summary>QoS 2 to and from the client.</summary>
    Qos2,

    /// <summary>The client sends and shows properties and subscription identifiers.</summary>
    Properties,

    /// <summary>The client reads nothing more while its receiver holds back, and counts the bytes.</summary>
    HoldsBack,

    /// <summary>The client passes over, and counts, what is larger than its maximum.</summary>
    PassesOver,
}
