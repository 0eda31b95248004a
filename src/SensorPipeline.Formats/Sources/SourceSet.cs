using System.Text;
using SensorPipeline.Formats.Topics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Sources;

/// <summary>Compiled sources: what to subscribe to, and which source takes a topic.</summary>
public sealed class SourceSet
{
    private const ulong GreatestIdentifier = 268_435_455;

    private SourceSet(IReadOnlyList<SourcePlan> plans, IEnumerable<SourceFault> shadows)
    {
        Plans = plans;
        Filters = Merge(plans);
        Warnings = [.. shadows, .. OverlapsOf(Filters)];
    }

    /// <summary>
    /// What to subscribe to, each with the greatest quality of service of the sources that need it. A filter that another one covers is
    /// left out; where two still overlap, each has an identifier and <see cref="Decoding.Message.Subscriptions"/> tells the copies apart.
    /// </summary>
    public IReadOnlyList<SubscriptionFilter> Filters { get; }

    /// <summary>What is probably not meant: sources that can never take a topic, filters that overlap.</summary>
    public IReadOnlyList<SourceFault> Warnings { get; }

    /// <summary>The sources in order of precedence.</summary>
    internal IReadOnlyList<SourcePlan> Plans { get; }

    /// <summary>Compiles sources. With faults, the set holds those sources whose topic could be compiled and must not be run.</summary>
    public static SourceSet Compile(IReadOnlyList<SourceOptions> sources, SourceLimits limits, out IReadOnlyList<SourceFault> faults)
    {
        var found = new SourceFaults();
        CheckLimits(limits, found);
        var plans = new List<SourcePlan>();
        for (int i = 0; i < sources.Count; i++)
        {
            string key = $"Sources[{i}]";
            foreach (SourceOptions source in Presets.Expand(sources[i], found, key))
            {
                if (new SourceCompiler(found, key, i).Compile(source, plans.Count) is { } plan)
                {
                    plans.Add(plan);
                }
            }
        }

        faults = [.. found.Items.Distinct()];
        return new SourceSet(plans, ShadowsOf(plans));
    }

    /// <summary>The position in the configuration of the source that takes a topic, or -1.</summary>
    public int SourceOf(string topic) => FindPlan(topic, out _)?.Origin ?? -1;

    /// <summary>Why no source takes a topic: the pattern that leaves it out, or where the source that comes nearest differs.</summary>
    public string Explain(string topic)
    {
        SourcePlan? nearest = null;
        (int most, string difference) = (-1, "");
        foreach (SourcePlan plan in Plans)
        {
            if (plan.Template.Matches(topic) && Array.Find(plan.Exclude, pattern => pattern.Matches(topic)) is { } pattern)
            {
                return $"{plan.Key}:Exclude leaves it out with '{pattern}'";
            }

            string found = plan.Template.Mismatch(topic, out int agreeing);
            if (agreeing > most)
            {
                (nearest, most, difference) = (plan, agreeing, found);
            }
        }

        return nearest is null ? "there are no sources" : $"no source takes it; the nearest is {nearest.Key} '{nearest.Template}': {difference}";
    }

    /// <summary>The source that takes a topic, and the values of its placeholders.</summary>
    internal SourcePlan? FindPlan(string topic, out string[] values)
    {
        foreach (SourcePlan plan in Plans)
        {
            if (plan.TryMatch(topic, out values))
            {
                return plan;
            }
        }

        values = [];
        return null;
    }

    private static void CheckLimits(SourceLimits limits, SourceFaults faults)
    {
        faults.Require(limits.Sensors > 0, "Limits:Sensors", $"is {limits.Sensors}; expected a number above 0");
        faults.Require(limits.PayloadBytes > 0, "Limits:PayloadBytes", $"is {limits.PayloadBytes}; expected a number above 0");
        faults.Require(limits.Topics > 0, "Limits:Topics", $"is {limits.Topics}; expected a number above 0");
        faults.Require(limits.KeysPerTopic > 0, "Limits:KeysPerTopic", $"is {limits.KeysPerTopic}; expected a number above 0");
        faults.Require(limits.NameBytes is > 0 and <= 32_768, "Limits:NameBytes", $"is {limits.NameBytes}; expected 1 to 32768");
    }

    private static List<SubscriptionFilter> Merge(IReadOnlyList<SourcePlan> plans)
    {
        var merged = new List<SubscriptionFilter>();
        foreach (string filter in plans.Select(plan => plan.Template.Filter).Distinct(StringComparer.Ordinal))
        {
            bool covered = plans.Any(plan => plan.Template.Filter != filter && TopicFilter.Covers(plan.Template.Filter, filter));
            if (!covered)
            {
                int qos = plans.Where(plan => TopicFilter.Overlap(plan.Template.Filter, filter)).Max(plan => plan.Qos);
                merged.Add(new SubscriptionFilter(filter, qos));
            }
        }

        return [.. merged.Select(filter => merged.Exists(other => other != filter && other.Overlaps(filter.Filter)) ? filter with { Identifier = IdentifierOf(filter.Filter) } : filter)];
    }

    private static int IdentifierOf(string filter) => 1 + (int)(ContentHash.Of(Encoding.UTF8.GetBytes(filter)) % GreatestIdentifier);

    private static IEnumerable<SourceFault> ShadowsOf(List<SourcePlan> plans) =>
        from later in plans
        let earlier = plans.Take(later.Index).FirstOrDefault(plan =>
            plan.Origin != later.Origin && plan.Exclude.Length == 0 && Shadows(plan.Template, later.Template))
        where earlier is not null
        select new SourceFault($"{later.Key}:Topic", $"'{later.Template}' is never reached: {earlier.Key} ('{earlier.Template}') takes all its topics first");

    // A filter is wider than its template where a part of a level is literal; such a template shadows only itself.
    private static bool Shadows(TopicTemplate earlier, TopicTemplate later) =>
        earlier.Text == later.Text || (TopicFilter.Covers(earlier.Filter, later.Filter) && !earlier.HasPartialLevels);

    private static IEnumerable<SourceFault> OverlapsOf(IReadOnlyList<SubscriptionFilter> filters) =>
        from second in Enumerable.Range(0, filters.Count)
        from first in Enumerable.Range(0, second)
        where filters[first].Overlaps(filters[second].Filter)
        select new SourceFault(
            "Sources", $"subscribe to '{filters[first].Filter}' and '{filters[second].Filter}', which overlap: a broker without subscription identifiers (MQTT 5) may make every reading of both count twice");
}
