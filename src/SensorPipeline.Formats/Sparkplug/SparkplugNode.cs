using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>What is known of an edge node. Aliases live from a birth to a death; metrics stay, so that a repeated birth can be told from news.</summary>
internal sealed class SparkplugNode(string group, string name)
{
    private readonly Dictionary<string, Dictionary<string, SparkplugMetric>> devices = new(StringComparer.Ordinal);

    public string Group => group;

    public string Name => name;

    /// <summary>Metrics by alias, unique over the node and its devices.</summary>
    public Dictionary<ulong, SparkplugMetric> Aliases { get; } = [];

    /// <summary>All metrics of the node and its devices.</summary>
    public IEnumerable<SparkplugMetric> Metrics => devices.Values.SelectMany(device => device.Values);

    /// <summary>The number that links a birth to its death; -1 while unknown.</summary>
    public long BirthSequence { get; set; } = -1;

    /// <summary>The sequence number of the last message; -1 while unknown.</summary>
    public int Sequence { get; set; } = -1;

    /// <summary>When a rebirth was asked for last.</summary>
    public EventTime RebirthAsked { get; set; } = EventTime.None;

    /// <summary>When it is to be asked for, unless it comes by itself; none where nothing is missing.</summary>
    public EventTime RebirthDue { get; set; } = EventTime.None;

    /// <summary>A metric of a device by its name, of the node itself under an empty device; null for none.</summary>
    public SparkplugMetric? FindMetric(string device, ReadOnlySpan<char> metric) =>
        devices.TryGetValue(device, out Dictionary<string, SparkplugMetric>? metrics)
            ? metrics.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(metric, out SparkplugMetric? found) ? found : null
            : null;

    /// <summary>Adds a metric that is not there yet.</summary>
    public SparkplugMetric AddMetric(string device, string metric)
    {
        if (!devices.TryGetValue(device, out Dictionary<string, SparkplugMetric>? metrics))
        {
            metrics = new Dictionary<string, SparkplugMetric>(StringComparer.Ordinal);
            devices.Add(device, metrics);
        }

        string prefix = device.Length == 0 ? $"{group}/{name}" : $"{group}/{name}/{device}";
        var added = new SparkplugMetric(device, metric, $"{prefix}/{metric}");
        metrics.Add(metric, added);
        return added;
    }
}
