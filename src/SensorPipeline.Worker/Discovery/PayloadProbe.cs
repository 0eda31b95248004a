using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Discovery;

/// <summary>Tells whether a format can read a topic's payloads, by having it read them.</summary>
internal sealed class PayloadProbe
{
    private readonly SourceOptions source;
    private readonly SourceLimits limits = new();

    /// <summary>A probe of a format of <see cref="SourceOptions.Format"/>.</summary>
    public PayloadProbe(string format) => source = new SourceOptions { Topic = "#", Format = format };

    /// <summary>Whether every payload is of the format, and some hold a number.</summary>
    public bool Reads(TopicSample topic)
    {
        SourceSet sources = SourceSet.Compile([source], limits, out _);
        var decoder = new ReadingDecoder(sources, new SensorNames(), limits);
        int accepted = 0;
        foreach (byte[] payload in topic.Payloads)
        {
            DecodeOutcome outcome = decoder.Decode(MessageOf(topic, payload), new InputBatch());
            accepted += outcome.Accepted;
            if (outcome.Reason == RejectReason.Malformed)
            {
                return false;
            }
        }

        return accepted > 0;
    }

    /// <summary>A payload as a live message.</summary>
    public static Message MessageOf(TopicSample topic, byte[] payload) => new()
    {
        Topic = System.Text.Encoding.UTF8.GetBytes(topic.Topic),
        Payload = payload,
        Arrival = new EventTime(DateTime.UnixEpoch.AddYears(50).Ticks),
    };
}
