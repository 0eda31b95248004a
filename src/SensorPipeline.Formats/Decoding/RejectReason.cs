namespace SensorPipeline.Formats.Decoding;

/// <summary>Why a message or a value in it became no reading. A closed set: the tag of a metric.</summary>
public enum RejectReason : byte
{
    /// <summary>Nothing was rejected.</summary>
    None,

    /// <summary>No source takes the topic.</summary>
    UnknownTopic,

    /// <summary>The payload is not what its source's format says, or a value is no number.</summary>
    Malformed,

    /// <summary>The value is NaN or infinite.</summary>
    NotFinite,

    /// <summary>The payload exceeds the limit.</summary>
    Oversized,

    /// <summary>The value lies outside the channel's range.</summary>
    OutOfRange,

    /// <summary>The value is one that the device sends for a fault.</summary>
    Sentinel,

    /// <summary>The broker replayed a stored value.</summary>
    Retained,

    /// <summary>The value repeats the last one.</summary>
    Repeated,

    /// <summary>The sensor would exceed the limit.</summary>
    TooManySensors,

    /// <summary>The device says that it has no value: an empty payload, null, <c>unavailable</c> or <c>unknown</c>.</summary>
    NoValue,

    /// <summary>The topic or a key gives no usable sensor name.</summary>
    BadName,

    /// <summary>The reading is older than its source allows.</summary>
    TooOld,

    /// <summary>The source's conditions leave the payload out.</summary>
    Filtered,

    /// <summary>The broker delivered the message once more, for another filter.</summary>
    Duplicate,

    /// <summary>A Sparkplug value whose birth certificate has not been seen, so that its alias has no name.</summary>
    UnknownAlias,

    /// <summary>A value that its device took earlier and sends late, marked as historical.</summary>
    Historical,

    /// <summary>A value that its device marks as bad or stale.</summary>
    BadQuality,
}
