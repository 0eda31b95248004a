namespace SensorPipeline.Formats.Sources;

/// <summary>A topic filter to subscribe to.</summary>
/// <param name="Filter">The MQTT topic filter.</param>
/// <param name="Qos">Quality of service, 0, 1 or 2.</param>
public sealed record SubscriptionFilter(string Filter, int Qos)
{
    /// <summary>
    /// The subscription identifier (MQTT 5) that tells which copy of a message it delivered; 0 where no other filter overlaps it. It follows from
    /// the filter's text, so that what a broker has stored under it means the same after every change of the sources.
    /// </summary>
    public int Identifier { get; init; }

    /// <summary>Whether some topic is delivered both by this filter and by another: a service must not read what it writes.</summary>
    public bool Overlaps(string filter) => Topics.TopicFilter.Overlap(Filter, filter);
}
