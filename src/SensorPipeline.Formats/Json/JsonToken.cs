namespace SensorPipeline.Formats.Json;

internal enum JsonKind : byte
{
    None,
    Number,
    Text,
    EscapedText,
    True,
    False,
    Null,
    Object,
    Array,
}

/// <summary>A value and where it stands in the payload; a text without its quotes.</summary>
internal readonly record struct JsonToken(JsonKind Kind, int Start, int Length)
{
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> payload) => payload.Slice(Start, Length);
}
