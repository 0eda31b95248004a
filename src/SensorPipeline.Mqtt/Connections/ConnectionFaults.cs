namespace SensorPipeline.Mqtt.Connections;

/// <summary>What ends a connection, in one line for a person.</summary>
internal static class ConnectionFaults
{
    public static MqttFault Closed(bool accepted, string? detail)
    {
        string words = accepted ? "the broker closed the connection" : "the broker closed the connection without answering CONNECT";
        return new MqttFault(MqttFaultKind.Closed, detail is null ? words : $"{words}: {detail}");
    }

    /// <summary>The broker closed with a DISCONNECT.</summary>
    public static MqttFault Closed(MqttReason code, string? text) => new(
        code == MqttReason.SessionTakenOver ? MqttFaultKind.ClientIdInUse : MqttFaultKind.Closed,
        $"the broker closed the connection: {MqttReasons.Describe(code)}{More(text)}",
        code);

    public static MqttFault Refused(MqttReason code, MqttServerLimits limits) =>
        new(MqttFaultKind.Refused, $"the broker refused the connection: {MqttReasons.Describe(code)}{More(limits.ReasonText)}{More(limits.ServerReference)}", code);

    public static MqttFault Violation(MqttProtocolVersion version, string words, MqttReason reason)
    {
        string spoken = version == MqttProtocolVersion.V5 ? "5" : "3.1.1";
        return new MqttFault(MqttFaultKind.Protocol, $"the broker broke the protocol ({words}); is there an MQTT {spoken} broker at this port?", reason);
    }

    public static MqttFault TimedOut(string packet, TimeSpan after) =>
        new(MqttFaultKind.TimedOut, $"the broker did not answer {packet} within {after.TotalSeconds:0.#} s; it hangs, or something between drops packets");

    public static MqttFault Overrun(int limit) => new(
        MqttFaultKind.Overrun,
        $"the broker has sent {limit} messages more than it has taken acknowledgements for; connecting again, so that no identifier means two messages (mosquitto before 2.0.13 does this)");

    private static string More(string? text) => text is null ? "" : $": {text}";
}
