using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Discovery;

/// <summary>
/// Recognises payloads of no known family by trying each format on them, and finds templates for their topics: topics of one format, one
/// root and one length make a source. A sensor is called as its topic, so that two sources never name one sensor.
/// </summary>
internal sealed class FormatRecogniser(Claims claims)
{
    private const int MostExclusions = 16;
    private const int RootsThatAreDevices = 3;

    private static readonly (string Format, string What)[] Formats =
    [
        ("number", "plain numbers"), ("senml", "SenML in JSON"), ("senml-cbor", "SenML in CBOR"), ("influx", "InfluxDB line protocol"), ("json", "JSON objects"),
    ];

    private readonly Dictionary<string, PayloadProbe> probes = Formats.Where(known => known.Format != "json").ToDictionary(known => known.Format, known => new PayloadProbe(known.Format));

    /// <summary>Claims the topics that some format reads and proposes their sources, those of more particular templates first.</summary>
    public IEnumerable<ProposedSource> Recognise()
    {
        var groups = new List<(string Format, TopicSample[] Topics)>();
        foreach ((string format, _) in Formats)
        {
            TopicSample[] readable = claims.Take(topic => topic.CanBeSpelled && topic.Payloads.Count > 0 && Reads(format, topic));
            groups.AddRange(Group(readable).Select(topics => (format, topics)));
        }

        TopicSample[] all = [.. groups.SelectMany(group => group.Topics), .. claims.Free];
        return groups.Select(group => Propose(group.Format, group.Topics, all)).OrderBy(source => source.Options.Topic!.Count(c => c == '{')).ToArray();
    }

    private bool Reads(string format, TopicSample topic) =>
        format == "json" ? topic.Objects.Any() && new JsonChannels([topic]).HasNumbers : probes[format].Reads(topic);

    // Where many roots are followed by the same levels, the root is a device.
    private static List<TopicSample[]> Group(TopicSample[] topics)
    {
        var byRoot = topics.GroupBy(topic => (topic.Levels[0], topic.Levels.Length)).Select(group => group.ToArray()).ToList();
        foreach (var alike in byRoot.Where(group => group[0].Levels.Length > 1).GroupBy(group => string.Join('\n', group.Select(Rest).Order(StringComparer.Ordinal))).ToArray())
        {
            if (alike.Count() >= RootsThatAreDevices)
            {
                byRoot.RemoveAll(alike.Contains);
                byRoot.Add([.. alike.SelectMany(group => group)]);
            }
        }

        return byRoot;
    }

    private static string Rest(TopicSample topic) => topic.Topic[topic.Levels[0].Length..];

    private static ProposedSource Propose(string format, TopicSample[] topics, TopicSample[] all)
    {
        string template = Templates.Of(topics, format == "number" ? "quantity" : "device");
        var channels = format == "json" ? new JsonChannels(topics) : null;
        return new ProposedSource(Array.Find(Formats, known => known.Format == format).What, new SourceOptions
        {
            Topic = template,
            Format = format,
            Sensor = string.Join('/', template.Split('/', StringSplitOptions.RemoveEmptyEntries)),
            Time = channels?.Time,
            Channels = channels?.ToOptions() ?? [],
            Exclude = Exclusions(template, topics, all),
        });
    }

    // What the template would take beside its own: by a level that none of its own topics has, or word for word.
    private static string[] Exclusions(string template, TopicSample[] own, TopicSample[] all)
    {
        string[] levels = template.Split('/');
        HashSet<string>[] seen = [.. levels.Select((_, i) => own.Select(topic => topic.Levels[i]).ToHashSet(StringComparer.Ordinal))];
        var exclusions = new HashSet<string>(StringComparer.Ordinal);
        foreach (TopicSample other in all.Except(own).Where(other => other.CanBeSpelled && IsTaken(levels, other)))
        {
            bool differs = other.Levels.Where((level, i) => !seen[i].Contains(level)).Any();
            exclusions.Add(differs
                ? string.Join('/', other.Levels.Select((level, i) => levels[i] == level || !seen[i].Contains(level) ? level : "+"))
                : other.Topic);
        }

        return [.. exclusions.Order(StringComparer.Ordinal).Take(MostExclusions)];
    }

    private static bool IsTaken(string[] levels, TopicSample other) =>
        other.Levels.Length == levels.Length && levels.Select((level, i) => level.StartsWith('{') || level == other.Levels[i]).All(matches => matches);
}
