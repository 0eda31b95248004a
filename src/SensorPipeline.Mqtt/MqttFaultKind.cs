namespace SensorPipeline.Mqtt;

/// <summary>What kind of fault ended a connection or kept it from standing.</summary>
public enum MqttFaultKind
{
    /// <summary>No connection to the broker's address.</summary>
    Unreachable,

    /// <summary>The broker's certificate was not accepted, or TLS could not be agreed on.</summary>
    Untrusted,

    /// <summary>Connected, but the broker did not answer in time.</summary>
    TimedOut,

    /// <summary>The broker refused the client.</summary>
    Refused,

    /// <summary>The broker refused a topic filter; the connection stands.</summary>
    SubscriptionRefused,

    /// <summary>The broker refused a message; the connection stands.</summary>
    PublishRefused,

    /// <summary>The broker closed the connection.</summary>
    Closed,

    /// <summary>Another client uses the same identifier.</summary>
    ClientIdInUse,

    /// <summary>The broker sent something that MQTT does not allow.</summary>
    Protocol,

    /// <summary>More was in flight than identifiers can tell apart; the session goes on with the next connection, at once.</summary>
    Overrun,
}
