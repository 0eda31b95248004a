using System.Globalization;
using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Benchmarks.Formats;

/// <summary>A message on each of 2,000 topics, side by side in memory as a socket read holds them, and the decoder that turns them into one batch.</summary>
internal sealed class Fleet
{
    public const int Topics = 2000;

    private readonly byte[] bytes;
    private readonly (int Topic, int Payload, int End)[] messages = new (int, int, int)[Topics];
    private readonly ReadingDecoder decoder;
    private readonly InputBatch batch = new();
    private readonly EventTime arrival = EventTime.FromUnixMilliseconds(1_800_000_000_000);

    /// <summary>Messages of a source, by number.</summary>
    public Fleet(SourceOptions source, Func<int, string> topicOf, Func<int, byte[]> payloadOf)
    {
        var limits = new SourceLimits();
        decoder = new ReadingDecoder(SourceSet.Compile([source], limits, out _), new SensorNames(), limits);
        var all = new List<byte>();
        for (int i = 0; i < Topics; i++)
        {
            int topic = all.Count;
            all.AddRange(Encoding.UTF8.GetBytes(topicOf(i)));
            int payload = all.Count;
            all.AddRange(payloadOf(i));
            messages[i] = (topic, payload, all.Count);
        }

        bytes = [.. all];
    }

    /// <summary>A message for each topic whose payload is not read again.</summary>
    public void Introduce(Func<int, string> topicOf, byte[] payload)
    {
        batch.Clear();
        for (int i = 0; i < Topics; i++)
        {
            decoder.Decode(new Message { Topic = Encoding.UTF8.GetBytes(topicOf(i)), Payload = payload, Arrival = arrival }, batch);
        }
    }

    /// <summary>The payload of a topic.</summary>
    public ReadOnlySpan<byte> PayloadOf(int i) => bytes.AsSpan(messages[i].Payload..messages[i].End);

    /// <summary>Decodes all; the number of inputs.</summary>
    public int Decode()
    {
        batch.Clear();
        foreach ((int topic, int payload, int end) in messages)
        {
            decoder.Decode(new Message { Topic = bytes.AsSpan(topic..payload), Payload = bytes.AsSpan(payload..end), Arrival = arrival }, batch);
        }

        return batch.Count;
    }

    public static string Reading(int i) => (15 + (i % 170 * 0.1)).ToString("0.0", CultureInfo.InvariantCulture);
}
