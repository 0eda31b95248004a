using System.Diagnostics.CodeAnalysis;
using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>
/// What births said, of all nodes. Births are sent once a connection and not retained, so this outlives a change of the options and is part
/// of a snapshot: without it nothing could be understood after a restart until each node is born again.
/// </summary>
internal sealed class SparkplugNodes(int nodeLimit, int metricLimit) : ISnapshot
{
    private static readonly TimeSpan RebirthPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RebirthSpread = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Group, string Name), SparkplugNode> nodes = [];
    private readonly List<SparkplugNode> awaited = [];
    private int metrics;
    private int aliases;

    /// <summary>The node of a topic; null where there are too many.</summary>
    public SparkplugNode? Find(string group, string name)
    {
        if (!nodes.TryGetValue((group, name), out SparkplugNode? node) && nodes.Count < nodeLimit)
        {
            node = new SparkplugNode(group, name);
            nodes.Add((group, name), node);
        }

        return node;
    }

    /// <summary>A metric of a device by its name; null where there are too many.</summary>
    public SparkplugMetric? Find(SparkplugNode node, string device, ReadOnlySpan<char> name)
    {
        if (node.FindMetric(device, name) is { } known)
        {
            return known;
        }

        if (metrics >= metricLimit)
        {
            return null;
        }

        metrics++;
        return node.AddMetric(device, name.ToString());
    }

    /// <summary>Gives a metric its alias; false where there are too many.</summary>
    public bool TryName(SparkplugNode node, ulong alias, SparkplugMetric metric)
    {
        bool isNew = !node.Aliases.ContainsKey(alias);
        if (isNew && aliases >= 2L * metricLimit)
        {
            return false;
        }

        aliases += isNew ? 1 : 0;
        node.Aliases[alias] = metric;
        return true;
    }

    /// <summary>Ends what the last births of a node said.</summary>
    public void End(SparkplugNode node)
    {
        aliases -= node.Aliases.Count;
        node.Aliases.Clear();
        node.Sequence = -1;
        node.RebirthDue = EventTime.None;
    }

    /// <summary>
    /// A node's birth is missing: it is asked for at most once a minute, and after some seconds of the node's own. By then a message that was only out of turn has come,
    /// and a plant whose nodes are all unknown does not answer at once.
    /// </summary>
    public void AskForBirth(SparkplugNode node, EventTime now)
    {
        if (node.RebirthDue.IsSome)
        {
            return;
        }

        ulong phase = ContentHash.Of(Encoding.UTF8.GetBytes($"{node.Group}/{node.Name}")) % (ulong)RebirthSpread.TotalMilliseconds;
        EventTime earliest = node.RebirthAsked.IsSome && now - node.RebirthAsked < RebirthPause ? node.RebirthAsked + RebirthPause : now;
        node.RebirthDue = earliest + TimeSpan.FromMilliseconds(phase);
        awaited.Add(node);
    }

    /// <summary>The next request that is due.</summary>
    public bool TryTakeRequest(EventTime now, [NotNullWhen(true)] out CommandRequest? request)
    {
        for (int i = awaited.Count - 1; i >= 0; i--)
        {
            SparkplugNode node = awaited[i];
            if (node.RebirthDue.IsSome && node.RebirthDue > now)
            {
                continue;
            }

            awaited.RemoveAt(i);
            if (node.RebirthDue.IsSome)
            {
                (node.RebirthAsked, node.RebirthDue) = (now, EventTime.None);
                request = SparkplugCommand.Rebirth(node, now);
                return true;
            }
        }

        request = null;
        return false;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(nodes.Count);
        foreach (SparkplugNode node in nodes.Values.OrderBy(node => $"{node.Group}/{node.Name}", StringComparer.Ordinal))
        {
            writer.Write(node.Group);
            writer.Write(node.Name);
            writer.Write(node.BirthSequence);
            writer.Write(node.Sequence);
            SparkplugMetric[] known = [.. node.Metrics.OrderBy(metric => metric.FullName, StringComparer.Ordinal)];
            Dictionary<SparkplugMetric, int> positions = known.Index().ToDictionary(item => item.Item, item => item.Index);
            writer.Write(known.Length);
            foreach (SparkplugMetric metric in known)
            {
                writer.Write(metric.Device);
                writer.Write(metric.Name);
                writer.Write(metric.Datatype);
                writer.Write(metric.Timestamp);
            }

            writer.Write(node.Aliases.Count);
            foreach ((ulong alias, SparkplugMetric metric) in node.Aliases.OrderBy(pair => pair.Key))
            {
                writer.Write(alias);
                writer.Write(positions[metric]);
            }
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        nodes.Clear();
        awaited.Clear();
        metrics = 0;
        aliases = 0;
        for (int count = reader.Read<int>(); count > 0; count--)
        {
            SparkplugNode node = Find(reader.ReadText(), reader.ReadText()) ?? throw new InvalidDataException("The snapshot holds more Sparkplug nodes than the limit.");
            node.BirthSequence = reader.Read<long>();
            node.Sequence = reader.Read<int>();
            var known = new List<SparkplugMetric>();
            for (int left = reader.Read<int>(); left > 0; left--)
            {
                SparkplugMetric metric = Find(node, reader.ReadText(), reader.ReadText())
                    ?? throw new InvalidDataException("The snapshot holds more Sparkplug metrics than the limit.");
                metric.Datatype = reader.Read<int>();
                metric.Timestamp = reader.Read<ulong>();
                known.Add(metric);
            }

            for (int left = reader.Read<int>(); left > 0; left--)
            {
                ulong alias = reader.Read<ulong>();
                int index = reader.Read<int>();
                if (index < 0 || index >= known.Count || !TryName(node, alias, known[index]))
                {
                    throw new InvalidDataException($"The snapshot holds the alias {alias} of an unknown metric, or too many.");
                }
            }
        }
    }
}
