namespace SensorPipeline.Formats.Sources;

/// <summary>A topic filter to subscribe to.</summary>
/// <param name="Filter">The MQTT topic filter.</param>
/// <param name="Qos">Quality of service, 0, 1 or 2.</param>
public sealed record SubscriptionFilter(string Filter, int Qos)
{
    /// <summary>Whether some topic is delivered both by this filter and by another: a service must not read what it writes.</summary>
    public bool Overlaps(string filter) => Topics.TopicFilter.Overlap(Filter, filter);
}
