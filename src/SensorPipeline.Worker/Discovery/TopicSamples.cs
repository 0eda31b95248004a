using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Worker.Listening;

namespace SensorPipeline.Worker.Discovery;

/// <summary>What was heard on a broker, so much of it as is needed to tell what it is: bounded in topics, payloads a topic and bytes in all.</summary>
internal sealed class TopicSamples(int topicLimit) : IAudience
{
    private const int LongestPayload = 64 * 1024;
    private const int MostBytes = 32 * 1024 * 1024;

    private readonly Dictionary<string, TopicSample> topics = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long bytes;

    /// <inheritdoc/>
    public bool IsSatisfied => false;

    /// <summary>Messages heard.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages of topics beyond the limit.</summary>
    public long Beyond { get; private set; }

    /// <summary>The topics in order.</summary>
    public IReadOnlyList<TopicSample> Topics
    {
        get
        {
            lock (gate)
            {
                return [.. topics.Values.OrderBy(sample => sample.Topic, StringComparer.Ordinal)];
            }
        }
    }

    /// <inheritdoc/>
    public void Hear(in Message message)
    {
        lock (gate)
        {
            Messages++;
            string topic = Encoding.UTF8.GetString(message.Topic);
            if (!topics.TryGetValue(topic, out TopicSample? sample))
            {
                if (topics.Count >= topicLimit)
                {
                    Beyond++;
                    return;
                }

                topics.Add(topic, sample = new TopicSample(topic));
            }

            if (sample.WantsMore && message.Payload.Length is > 0 and <= LongestPayload && bytes + message.Payload.Length <= MostBytes)
            {
                sample.Keep(message.Payload);
                bytes += message.Payload.Length;
            }
        }
    }
}
