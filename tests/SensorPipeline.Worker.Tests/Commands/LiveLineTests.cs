using SensorPipeline.Testing;
using SensorPipeline.Worker.Commands;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

public sealed class LiveLineTests : CommandFixture
{
    private readonly ManualClock clock = new();

    [Fact]
    public void A_bar_says_how_far_how_fast_and_how_long()
    {
        var line = new LiveLine(Output, isTerminal: true, clock);
        clock.Advance(TimeSpan.FromSeconds(2));

        line.Show(0.25, 5000, "readings");

        Assert.Contains("██████░░░░░░░░░░░░░░░░░░", Output.ToString(), StringComparison.Ordinal);
        Assert.Contains("25 %  5,000 readings  2,500/s  0:00:06 left", Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_asked_more_often_than_he_can_read()
    {
        var line = new LiveLine(Output, isTerminal: true, clock);
        Assert.True(line.IsDue);
        line.Show("one");
        Assert.False(line.IsDue);
        clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(line.IsDue);
    }

    [Fact]
    public async Task A_replay_on_a_terminal_shows_a_bar_and_takes_it_away_and_one_in_a_pipe_does_not()
    {
        string input = Place.Write("in.csv", "timestamp,sensor,value\n1,a,1\n2,a,2\n");
        foreach (bool isTerminal in new[] { true, false })
        {
            Error.GetStringBuilder().Clear();
            int exitCode = await RunAsync(ReplayCommand.Create(Process(clock, isTerminal)), "replay", input, "--output", Path.Combine(Place.Path, "out.csv"));

            Assert.Equal(ExitCode.Ok, exitCode);
            Assert.Equal(isTerminal, Error.ToString().Contains('█', StringComparison.Ordinal));
            Assert.Equal(isTerminal, Error.ToString().Contains('\u001b', StringComparison.Ordinal));
            Assert.StartsWith("2 readings", Error.ToString().Split("\u001b[2K")[^1].TrimStart('\r'), StringComparison.Ordinal);
        }
    }
}
