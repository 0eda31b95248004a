using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Listening;
using Xunit;

namespace SensorPipeline.Worker.Tests.Listening;

public sealed class MessageReportTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly StringWriter output = new();

    public void Dispose() => output.Dispose();

    [Theory]
    [InlineData("lab/b1/env", """{"temp":21.5,"rh":44}""", "-> Sources[0] b1/temperature=21.5 b1/humidity=44")]
    [InlineData("lab/b1/env", """{"temp":"x","rh":44}""", "-> Sources[0] b1/humidity=44, malformed at /temp: not what the source's format says")]
    [InlineData("lab/b1/env", """{"voc":3}""", "-> Sources[0] the payload holds nothing that its channels look for")]
    [InlineData("lab/b1/state", "on", "-> no source takes it; the nearest is Sources[0] 'lab/{bench}/env': level 3 is 'state' instead of 'env'")]
    [InlineData("lab/b1", "on", "-> no source takes it; the nearest is Sources[0] 'lab/{bench}/env': the topic ends where 'env' is expected")]
    [InlineData("lab/b1/env/x", "on", "-> no source takes it; the nearest is Sources[0] 'lab/{bench}/env': the topic goes on behind its end")]
    [InlineData("lab/spare/env", "{}", "-> Sources[0]:Exclude leaves it out with 'lab/spare/#'")]
    public void Each_message_is_shown_with_what_became_of_it_and_why(string topic, string payload, string verdict)
    {
        Hear(Report(), topic, payload);

        Assert.Equal($"{topic}  {payload}  {verdict}", output.ToString().TrimEnd());
    }

    [Fact]
    public void Connected_but_silent_is_explained_by_the_topics_that_no_source_takes()
    {
        MessageReport report = Report();
        Hear(report, "lab/b1/status", "x");
        Hear(report, "lab/b1/status", "x");
        Hear(report, "house/b1/env", "x");
        using var summary = new StringWriter();

        report.Summarise(summary);

        Assert.Equal(
            [
                "3 messages, 0 sensors",
                "  3 times unknown_topic: no source takes the topic",
                "  2 on lab/b1/status: no source takes it; the nearest is Sources[0] 'lab/{bench}/env': level 3 is 'status' instead of 'env'",
                "  1 on house/b1/env: no source takes it; the nearest is Sources[0] 'lab/{bench}/env': level 1 is 'house' instead of 'lab'",
            ],
            summary.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_terminal_obeys_nothing_that_a_device_sends()
    {
        MessageReport report = Report();
        Hear(report, "lab/\u001b[2J\u202e/env", "\u001b]0;title\u0007\r\n{\"temp\":1}");
        Hear(report, new byte[] { (byte)'l', 0xC3, 0x28 }, Enumerable.Repeat((byte)'x', 100_000).ToArray());
        report.Summarise(output);

        Assert.DoesNotContain(output.ToString(), character => char.IsControl(character) && character is not ('\n' or '\r'));
        Assert.DoesNotContain('\u202e', output.ToString());
        Assert.Equal(2, output.ToString().Split(Environment.NewLine).Count(line => line.Contains("->", StringComparison.Ordinal)));
        Assert.InRange(output.ToString().Length, 1, 3000);
    }

    [Fact]
    public void A_flood_is_shown_so_many_lines_a_second_and_counted_whole()
    {
        MessageReport report = Report(linesPerSecond: 3);
        for (int i = 0; i < 100; i++)
        {
            Hear(report, "lab/b1/env", """{"temp":1}""");
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Hear(report, "lab/b1/env", """{"temp":1}""");
        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(5, lines.Length);
        Assert.Equal("… 97 more messages", lines[3]);
        using var summary = new StringWriter();
        report.Summarise(summary);
        Assert.Contains("Sources[0] took 101 messages: 101 readings", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_without_end_cost_no_memory_without_end()
    {
        MessageReport report = Report(linesPerSecond: 1);
        for (int i = 0; i < 5000; i++)
        {
            Hear(report, $"other/{i}", "x");
        }

        using var summary = new StringWriter();
        report.Summarise(summary);

        Assert.Contains("5,000 times unknown_topic", summary.ToString(), StringComparison.Ordinal);
        Assert.Equal(12, summary.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private MessageReport Report(int linesPerSecond = 50)
    {
        SourceOptions source = new()
        {
            Topic = "lab/{bench}/env",
            Channels = [new ChannelOptions { Name = "temperature", Path = "/temp" }, new ChannelOptions { Name = "humidity", Path = "/rh" }],
            Exclude = ["lab/spare/#"],
        };
        return new MessageReport(SourceSet.Compile([source], new SourceLimits(), out _), new SourceLimits(), null, linesPerSecond, clock, output);
    }

    private static void Hear(MessageReport report, string topic, string payload) => Hear(report, Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload));

    private static void Hear(MessageReport report, byte[] topic, byte[] payload) =>
        report.Hear(new Message { Topic = topic, Payload = payload, Arrival = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) });
}
