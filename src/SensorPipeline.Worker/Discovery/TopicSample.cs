using System.Text.Json;

namespace SensorPipeline.Worker.Discovery;

/// <summary>A topic that was heard, and the first few of its payloads.</summary>
internal sealed class TopicSample(string topic)
{
    private const int MostPayloads = 4;
    private readonly List<byte[]> payloads = [];
    private JsonElement[]? documents;

    /// <summary>The topic.</summary>
    public string Topic => topic;

    /// <summary>Its levels.</summary>
    public string[] Levels { get; } = topic.Split('/');

    /// <summary>What was kept of its payloads; none of them is empty.</summary>
    public IReadOnlyList<byte[]> Payloads => payloads;

    /// <summary>Those of them that are JSON objects or arrays.</summary>
    public IReadOnlyList<JsonElement> Documents => documents ??= [.. payloads.Select(Parse).OfType<JsonElement>()];

    /// <summary>Those of them that are JSON objects.</summary>
    public IEnumerable<JsonElement> Objects => Documents.Where(document => document.ValueKind == JsonValueKind.Object);

    /// <summary>Whether a template can spell it: braces have a meaning there, and other signs no template may hold.</summary>
    public bool CanBeSpelled { get; } = topic.AsSpan().IndexOfAny('{', '}', '$') < 0 && !topic.Any(char.IsControl) && topic.Trim('/').Length > 0;

    /// <summary>Whether one more payload is wanted.</summary>
    public bool WantsMore => payloads.Count < MostPayloads;

    /// <summary>Keeps a payload.</summary>
    public void Keep(ReadOnlySpan<byte> payload) => payloads.Add(payload.ToArray());

    private static JsonElement? Parse(byte[] payload)
    {
        if (payload[0] is not ((byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            return JsonElement.TryParseValue(ref reader, out JsonElement? element) ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
