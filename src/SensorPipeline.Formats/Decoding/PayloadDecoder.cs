namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Reads the payloads of one source. It may keep scratch space and state between messages, and belongs to one thread. A payload that is not
/// of the format is rejected as a whole, before any reading is taken from it.
/// </summary>
internal abstract class PayloadDecoder
{
    /// <summary>Takes from a payload that is not empty what its source wants.</summary>
    public abstract void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink);
}
