using System.Globalization;
using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Listening;

/// <summary>
/// A line a message: topic, payload, the source that took it and the readings it gave, or why it gave none. So many lines a second at most;
/// what is not shown is counted all the same. Its memory is bounded whatever arrives.
/// </summary>
internal sealed class MessageReport(SourceSet sources, SourceLimits limits, long? count, int linesPerSecond, TimeProvider clock, TextWriter output) : IAudience
{
    private const int LongestTopic = 120;
    private const int LongestPayload = 80;
    private const int MostReadings = 8;
    private const int MostTopics = 1000;
    private const int TopicsTold = 10;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SensorNames names = new();
    private readonly InputBatch batch = new();
    private readonly Dictionary<int, (long Messages, long Readings)> taken = [];
    private readonly Dictionary<RejectReason, long> rejected = [];
    private readonly Dictionary<string, long> unmatched = [];
    private ReadingDecoder? decoder;
    private long windowBegan;
    private int linesInWindow;
    private long hidden;
    private long messages;

    /// <inheritdoc/>
    public bool IsSatisfied => Volatile.Read(ref messages) >= count;

    /// <inheritdoc/>
    public void Hear(in Message message)
    {
        decoder ??= new ReadingDecoder(sources, names, limits);
        batch.Clear();
        DecodeOutcome outcome = decoder.Decode(message, batch);
        Count(message, outcome);
        if (MayShow())
        {
            output.WriteLine(Line(message, outcome));
        }

        Volatile.Write(ref messages, messages + 1);
    }

    /// <summary>What came in all: by source, by reason, and the topics that no source takes.</summary>
    public void Summarise(TextWriter summary)
    {
        TellHidden();
        summary.WriteLine(Invariant($"{messages:N0} messages, {names.Count:N0} sensors"));
        foreach ((int source, (long heard, long readings)) in taken.OrderBy(pair => pair.Key))
        {
            summary.WriteLine(Invariant($"  Sources[{source}] took {heard:N0} messages: {readings:N0} readings"));
        }

        foreach ((RejectReason reason, long times) in rejected.OrderByDescending(pair => pair.Value))
        {
            summary.WriteLine(Invariant($"  {times:N0} times {reason.Tag()}: {RejectionText.Explain(reason)}"));
        }

        foreach ((string topic, long times) in unmatched.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(TopicsTold))
        {
            summary.WriteLine(Invariant($"  {times:N0} on {VisibleText.Of(topic, LongestTopic)}: {VisibleText.Of(sources.Explain(topic), 300)}"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Count(in Message message, DecodeOutcome outcome)
    {
        if (outcome.Source >= 0)
        {
            (long heard, long readings) = taken.GetValueOrDefault(outcome.Source);
            taken[outcome.Source] = (heard + 1, readings + outcome.Accepted);
        }

        if (outcome.Rejected > 0)
        {
            rejected[outcome.Reason] = rejected.GetValueOrDefault(outcome.Reason) + outcome.Rejected;
        }

        if (outcome.Reason == RejectReason.UnknownTopic)
        {
            string topic = Encoding.UTF8.GetString(message.Topic);
            if (unmatched.Count < MostTopics || unmatched.ContainsKey(topic))
            {
                unmatched[topic] = unmatched.GetValueOrDefault(topic) + 1;
            }
        }
    }

    private bool MayShow()
    {
        if (windowBegan == 0 || clock.GetElapsedTime(windowBegan) >= Second)
        {
            TellHidden();
            windowBegan = clock.GetTimestamp();
            linesInWindow = 0;
        }

        bool may = linesInWindow < linesPerSecond;
        linesInWindow += may ? 1 : 0;
        hidden += may ? 0 : 1;
        return may;
    }

    private void TellHidden()
    {
        if (hidden > 0)
        {
            output.WriteLine(Invariant($"… {hidden:N0} more messages"));
            hidden = 0;
        }
    }

    private string Line(in Message message, DecodeOutcome outcome) =>
        $"{VisibleText.Of(message.Topic, LongestTopic)}  {VisibleText.Of(message.Payload, LongestPayload)}  {(message.Retained ? "(retained) " : "")}-> {Verdict(message, outcome)}";

    private string Verdict(in Message message, DecodeOutcome outcome)
    {
        if (outcome.Source < 0)
        {
            return outcome.Reason == RejectReason.UnknownTopic
                ? VisibleText.Of(sources.Explain(Encoding.UTF8.GetString(message.Topic)), 300)
                : RejectionText.Explain(outcome.Reason);
        }

        string rejection = (outcome.Rejected, outcome.Accepted) switch
        {
            ( > 0, _) => $"{outcome.Reason.Tag()}{Path()}: {RejectionText.Explain(outcome.Reason)}",
            (_, 0) => "the payload holds nothing that its channels look for",
            _ => "",
        };
        return $"Sources[{outcome.Source}] {string.Join(", ", new[] { Readings(), rejection }.Where(part => part.Length > 0))}";
    }

    private string Path() => decoder!.LastRejectedPath is { Length: > 0 } path ? $" at {path}" : "";

    private string Readings()
    {
        var text = new StringBuilder();
        int shown = 0;
        foreach (ref readonly Input input in batch.Inputs)
        {
            if (input.Kind != InputKind.Reading)
            {
                continue;
            }

            if (shown++ == MostReadings)
            {
                return text.Append(" …").ToString();
            }

            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{VisibleText.Of(names[input.Sensor], LongestTopic)}={input.Value:R}");
        }

        return text.ToString();
    }
}
