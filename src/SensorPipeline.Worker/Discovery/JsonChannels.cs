using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Discovery;

/// <summary>The numbers that the JSON objects of some topics hold, as channels, and where their time stands.</summary>
internal sealed class JsonChannels
{
    private const int MostChannels = 32;
    private const int Deepest = 3;

    // A star would be a rule, a brace a placeholder, and the others no name of a sensor may hold.
    private static readonly SearchValues<char> Signs = SearchValues.Create("*{}$#+");

    private static readonly string[] TimeNames =
        ["ts", "time", "timestamp", "datetime", "date", "epoch", "tst", "last_seen", "received_at", "created_at", "measured_at", "sampled_at", "t"];

    private readonly SortedDictionary<string, string> channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> times = new(StringComparer.Ordinal);

    /// <summary>Looks into the objects of topics.</summary>
    public JsonChannels(IEnumerable<TopicSample> topics)
    {
        foreach (JsonElement document in topics.SelectMany(topic => topic.Objects))
        {
            Walk(document, "", "", 1);
        }
    }

    /// <summary>Whether there is any number.</summary>
    public bool HasNumbers => channels.Count > 0;

    /// <summary>The path of the time that most objects have, or null.</summary>
    public string? Time => times.Count > 0 ? times.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Length).First().Key : null;

    /// <summary>A channel a number; where they are too many, rules that find them all.</summary>
    public ChannelOptions[] ToOptions()
    {
        if (channels.Count <= MostChannels)
        {
            return [.. channels.Select(pair => new ChannelOptions { Name = pair.Value, Path = pair.Key })];
        }

        return
        [
            new ChannelOptions { Name = "{0}", Path = "/*" },
            new ChannelOptions { Name = "{0}/{1}", Path = "/*/*" },
            new ChannelOptions { Name = "{0}/{1}/{2}", Path = "/*/*/*" },
        ];
    }

    private void Walk(JsonElement parent, string path, string name, int depth)
    {
        foreach (JsonProperty member in parent.EnumerateObject())
        {
            string at = $"{path}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            string called = name.Length == 0 ? member.Name : $"{name}/{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object && depth < Deepest)
            {
                Walk(member.Value, at, called, depth + 1);
            }
            else if (TimeNames.Contains(member.Name, StringComparer.OrdinalIgnoreCase) && IsTime(member.Value))
            {
                times[at] = times.GetValueOrDefault(at) + 1;
            }
            else if (IsNumber(member.Value) && !member.Name.Equals("id", StringComparison.OrdinalIgnoreCase) && CanBeNamed(called))
            {
                channels.TryAdd(at, called);
            }
        }
    }

    private static bool CanBeNamed(string name) =>
        name.AsSpan().IndexOfAny(Signs) < 0 && !name.Any(char.IsControl) && name.Split('/').All(level => level.Length > 0 && level is not ("." or ".."));

    private static bool IsNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => true,
        JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number),
        _ => false,
    };

    // Seconds or a finer unit since 1970, from the year 2000 on; or a date.
    private static bool IsTime(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out double number) && number >= 946_684_800,
        JsonValueKind.String => DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time.Year >= 2000,
        _ => false,
    };
}
