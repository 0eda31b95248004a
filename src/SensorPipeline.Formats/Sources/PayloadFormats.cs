namespace SensorPipeline.Formats.Sources;

internal static class PayloadFormats
{
    /// <summary>The formats by the names people write.</summary>
    public static IReadOnlyDictionary<string, PayloadFormat> Names { get; } = new Dictionary<string, PayloadFormat>(StringComparer.OrdinalIgnoreCase)
    {
        ["number"] = PayloadFormat.Number,
        ["json"] = PayloadFormat.Json,
        ["senml"] = PayloadFormat.SenmlJson,
        ["senml-cbor"] = PayloadFormat.SenmlCbor,
        ["influx"] = PayloadFormat.Influx,
        ["sparkplug"] = PayloadFormat.Sparkplug,
        ["binary"] = PayloadFormat.Binary,
        ["csv"] = PayloadFormat.Csv,
    };

    /// <summary>Whether payloads hold records that carry their own names.</summary>
    public static bool HasRecords(this PayloadFormat format) => format is >= PayloadFormat.SenmlJson and <= PayloadFormat.Sparkplug;

    /// <summary>Whether payloads hold values by position.</summary>
    public static bool HasColumns(this PayloadFormat format) => format >= PayloadFormat.Binary;
}
