namespace SensorPipeline.Formats.Decoding;

/// <summary>Words for a rejected message that are safe in a log: short, on one line, without control characters.</summary>
public static class RejectionText
{
    private const int LongestTopic = 200;
    private const int LongestPayload = 80;

    /// <summary>What a reason means, as the end of a sentence about a message or a value.</summary>
    public static string Explain(RejectReason reason) => reason switch
    {
        RejectReason.UnknownTopic => "no source takes the topic",
        RejectReason.Malformed => "not what the source's format says",
        RejectReason.NotFinite => "not a finite number",
        RejectReason.Oversized => "larger than Limits:PayloadBytes",
        RejectReason.OutOfRange => "outside the channel's Range",
        RejectReason.Sentinel => "a value that the channel's Reject names as a fault",
        RejectReason.Retained => "a stored value, shown and kept out of the statistics (Retained)",
        RejectReason.Repeated => "repeats the one before (Repeat, Counter)",
        RejectReason.TooManySensors => "one sensor more than Limits:Sensors",
        RejectReason.NoValue => "the device says that it has no value",
        RejectReason.BadName => "gives no usable sensor name",
        RejectReason.TooOld => "older than MaxAge",
        RejectReason.Filtered => "left out by the source's conditions",
        RejectReason.Duplicate => "delivered once more, for another filter",
        RejectReason.UnknownAlias => "its Sparkplug birth certificate has not been seen; Sparkplug:RequestRebirth asks for it",
        RejectReason.Historical => "marked as historical by its device",
        RejectReason.BadQuality => "marked as bad or stale by its device",
        _ => "not rejected",
    };

    internal static string Describe(in Message message, DecodeOutcome outcome, string path)
    {
        string at = path.Length > 0 ? $" path '{path}'" : "";
        return FormattableString.Invariant(
            $"{outcome.Reason.Tag()}: topic '{VisibleText.Of(message.Topic, LongestTopic)}'{at} payload of {message.Payload.Length} bytes '{VisibleText.Of(message.Payload, LongestPayload)}'");
    }
}
