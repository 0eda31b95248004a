using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.Discovery;

/// <summary>
/// Sources for what was heard, tried on it with the decoders of the running service: a source that takes nothing is left out, and so is one
/// that the service would refuse.
/// </summary>
internal sealed class Proposal
{
    private const int MostSources = 64;
    private const int MostExamples = 3;

    private static readonly SourceLimits Limits = new();

    private Proposal(IReadOnlyList<SourceFinding> findings, IReadOnlyList<TopicSample> unread)
    {
        Findings = findings;
        Unread = unread;
    }

    /// <summary>The sources, in the order in which they take topics.</summary>
    public IReadOnlyList<SourceFinding> Findings { get; }

    /// <summary>Topics that give no reading.</summary>
    public IReadOnlyList<TopicSample> Unread { get; }

    /// <summary>Finds sources for the topics that were heard.</summary>
    public static Proposal For(IReadOnlyList<TopicSample> topics, ServiceOptions options)
    {
        var claims = new Claims(topics);
        ProposedSource[] families = [.. FamilyRecogniser.Recognise(claims)];
        ProposedSource[] proposed = [.. families, .. new FormatRecogniser(claims).Recognise()];
        ProposedSource[] possible = [.. proposed.Where(source => IsPossible(source.Options, options)).Take(MostSources)];
        Proposal all = Try(possible, topics);
        ProposedSource[] useful = [.. all.Findings.Where(finding => finding.Sensors > 0 || finding.Source.IsCertain).Select(finding => finding.Source)];
        return useful.Length == possible.Length ? all : Try(useful, topics);
    }

    private static bool IsPossible(SourceOptions source, ServiceOptions options)
    {
        SourceSet compiled = SourceSet.Compile([source], Limits, out IReadOnlyList<SourceFault> faults);
        string results = new ResultTopics(options.Instance).All;
        return faults.Count == 0 && !compiled.Filters.Any(filter => filter.Overlaps(results));
    }

    private static Proposal Try(ProposedSource[] proposed, IReadOnlyList<TopicSample> topics)
    {
        SourceSet sources = SourceSet.Compile([.. proposed.Select(source => source.Options)], Limits, out _);
        var names = new SensorNames();
        var decoder = new ReadingDecoder(sources, names, Limits);
        Tally[] tallies = [.. proposed.Select(_ => new Tally())];
        var unread = new List<TopicSample>();

        // Births say what the aliases of other topics mean.
        foreach (TopicSample topic in topics.OrderBy(topic => topic.Levels is [_, _, "NBIRTH" or "DBIRTH", ..] ? 0 : 1))
        {
            if (!Decode(decoder, topic, names, sources, tallies))
            {
                unread.Add(topic);
            }
        }

        return new Proposal(
            [.. proposed.Select((source, i) => new SourceFinding(source, tallies[i].Topics, tallies[i].Sensors.Count, tallies[i].Examples))],
            [.. unread.OrderBy(topic => topic.Topic, StringComparer.Ordinal)]);
    }

    private static bool Decode(ReadingDecoder decoder, TopicSample topic, SensorNames names, SourceSet sources, Tally[] tallies)
    {
        int source = sources.SourceOf(topic.Topic);
        bool gave = false;
        foreach (byte[] payload in topic.Payloads)
        {
            var batch = new InputBatch();
            gave |= decoder.Decode(PayloadProbe.MessageOf(topic, payload), batch).Accepted > 0;
            if (source >= 0)
            {
                tallies[source].Add(batch, names);
            }
        }

        if (source >= 0 && gave)
        {
            tallies[source].Topics++;
        }

        return gave;
    }

    private sealed class Tally
    {
        public int Topics { get; set; }

        public HashSet<int> Sensors { get; } = [];

        public List<string> Examples { get; } = [];

        public void Add(InputBatch batch, SensorNames names)
        {
            foreach (ref readonly Input input in batch.Inputs)
            {
                if (input.Kind == InputKind.Reading && Sensors.Add(input.Sensor) && Examples.Count < MostExamples)
                {
                    Examples.Add(FormattableString.Invariant($"{VisibleText.Of(names[input.Sensor], 100)}={input.Value:R}"));
                }
            }
        }
    }
}
