using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Decoding;

/// <summary>A message as it came from the broker; it owns nothing.</summary>
public readonly ref struct Message
{
    /// <summary>The topic, UTF-8.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>When it arrived, on the service's clock.</summary>
    public required EventTime Arrival { get; init; }

    /// <summary>Whether the broker replays a stored value.</summary>
    public bool Retained { get; init; }

    /// <summary>What tells this delivery from another of the same message.</summary>
    public DeliveryKey Key { get; init; }

    /// <summary>
    /// The identifiers of the filters that it was delivered for; empty where the broker does not say. A broker may deliver one copy for each of
    /// overlapping filters; one of them is read. An identifier belongs to a SUBSCRIBE packet, so each filter needs its own.
    /// </summary>
    public ReadOnlySpan<int> Subscriptions { get; init; }
}
