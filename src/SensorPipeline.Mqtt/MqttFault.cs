namespace SensorPipeline.Mqtt;

/// <summary>A fault in words.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Text">One line for a person: what happened and what to do.</param>
/// <param name="Reason">The protocol's reason code, if it gave one.</param>
public sealed record MqttFault(MqttFaultKind Kind, string Text, MqttReason Reason = MqttReason.Success)
{
    /// <summary>The connection that ended, or 0 if none had been accepted.</summary>
    public long Epoch { get; init; }

    /// <summary>When the next attempt is made.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Whether a person must change something before another attempt can succeed.</summary>
    public bool NeedsAttention => Kind is MqttFaultKind.Untrusted or MqttFaultKind.ClientIdInUse
        || (Kind == MqttFaultKind.Refused && Reason is not (MqttReason.ServerUnavailable or MqttReason.ServerBusy));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
