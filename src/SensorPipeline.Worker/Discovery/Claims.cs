namespace SensorPipeline.Worker.Discovery;

/// <summary>The topics that were heard, and which of them have found their family.</summary>
internal sealed class Claims(IReadOnlyList<TopicSample> topics)
{
    private readonly HashSet<TopicSample> claimed = [];

    /// <summary>Topics that no family has claimed yet.</summary>
    public IEnumerable<TopicSample> Free => topics.Where(topic => !claimed.Contains(topic));

    /// <summary>Claims what satisfies a condition and returns it.</summary>
    public TopicSample[] Take(Func<TopicSample, bool> condition)
    {
        TopicSample[] taken = [.. Free.Where(condition)];
        claimed.UnionWith(taken);
        return taken;
    }
}
