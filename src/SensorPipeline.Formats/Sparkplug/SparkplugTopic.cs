namespace SensorPipeline.Formats.Sparkplug;

/// <summary>The kinds of message that say something of values.</summary>
internal enum SparkplugMessageKind : byte
{
    /// <summary>A command, the state of a host, or no topic of Sparkplug.</summary>
    Other,
    NodeBirth,
    NodeData,
    NodeDeath,
    DeviceBirth,
    DeviceData,
    DeviceDeath,
}

/// <summary>A topic taken apart: <c>spBv1.0/group/kind/node</c>, and a device where the kind is one of a device.</summary>
internal sealed record SparkplugTopic(SparkplugMessageKind Kind, string Group, string Node, string Device)
{
    private static readonly Dictionary<string, SparkplugMessageKind> Kinds = new(StringComparer.Ordinal)
    {
        ["NBIRTH"] = SparkplugMessageKind.NodeBirth,
        ["NDATA"] = SparkplugMessageKind.NodeData,
        ["NDEATH"] = SparkplugMessageKind.NodeDeath,
        ["DBIRTH"] = SparkplugMessageKind.DeviceBirth,
        ["DDATA"] = SparkplugMessageKind.DeviceData,
        ["DDEATH"] = SparkplugMessageKind.DeviceDeath,
    };

    /// <summary>Whether the message begins a life.</summary>
    public bool IsBirth => Kind is SparkplugMessageKind.NodeBirth or SparkplugMessageKind.DeviceBirth;

    /// <summary>Takes a topic apart.</summary>
    public static SparkplugTopic Parse(string topic)
    {
        string[] levels = topic.Split('/');
        SparkplugMessageKind kind = levels.Length > 2 ? Kinds.GetValueOrDefault(levels[2]) : SparkplugMessageKind.Other;
        int expected = kind >= SparkplugMessageKind.DeviceBirth ? 5 : 4;
        return kind == SparkplugMessageKind.Other || levels.Length != expected
            ? new SparkplugTopic(SparkplugMessageKind.Other, "", "", "")
            : new SparkplugTopic(kind, levels[1], levels[3], expected == 5 ? levels[4] : "");
    }
}
