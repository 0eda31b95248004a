using System.Text;
using System.Text.Json;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Worker.Tests.Simulation;

public class SimulationPlayerTests
{
    private static readonly EventTime Start = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    [Fact]
    public async Task A_device_sends_its_readings_of_one_instant_in_one_message()
    {
        List<string> messages = await PlayAsync(new MotesScenario(1, rows: 2));

        Assert.Equal(8, messages.Count);
        Assert.StartsWith("motes/1/env {\"ts\":1700000000000,\"temp\":2", messages[0], StringComparison.Ordinal);
        Assert.Contains(",\"rh\":4", messages[0], StringComparison.Ordinal);
        Assert.StartsWith("motes/4/env {\"ts\":1700000005000,", messages[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Totals_count_what_was_published()
    {
        var player = new SimulationPlayer(new DemoScenario(1), Unpaced(TimeSpan.FromSeconds(20)), new ManualClock());
        long readings = 0;
        long messages = 0;
        await player.PlayAsync((_, _, _) => Count(ref messages), (_, _) => readings++, TestContext.Current.CancellationToken);

        Assert.Equal((messages, readings), (player.Totals.Messages, player.Totals.Readings));
        Assert.InRange(messages, 12 * 400, 13 * 400);
        Assert.True(player.Totals.Injected > 0);
    }

    [Fact]
    public async Task The_clock_paces_the_scenario()
    {
        var clock = new ManualClock();
        var options = new SimulationOptions { Start = Start, Speed = 5, Duration = TimeSpan.FromSeconds(15) };
        var player = new SimulationPlayer(new MotesScenario(1, rows: 100), options, clock);
        long messages = 0;
        Task playing = player.PlayAsync((_, _, _) => Count(ref messages), null, TestContext.Current.CancellationToken);

        // The continuation of a timer runs inside Advance, so nothing is left to luck.
        Assert.Equal(4, messages);
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(4, messages);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(8, messages);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(12, messages);
        await playing;
    }

    [Fact]
    public async Task Playing_stops_when_asked()
    {
        using var stop = new CancellationTokenSource();
        var player = new SimulationPlayer(new DemoScenario(1), Unpaced(null), new ManualClock());
        long messages = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => player.PlayAsync(
            (_, _, _) =>
            {
                if (messages == 10)
                {
                    stop.Cancel();
                }

                return Count(ref messages);
            },
            null,
            stop.Token));

        Assert.Equal(11, messages);
    }

    [Fact]
    public async Task The_truth_file_tells_every_injected_outlier_and_the_truth()
    {
        var scenario = new DemoScenario(7);
        using var stream = new MemoryStream();
        var injected = new List<string>();
        using (var recorder = new TruthRecorder(stream, scenario, Start))
        {
            await new SimulationPlayer(scenario, Unpaced(TimeSpan.FromSeconds(30)), new ManualClock()).PlayAsync(
                (_, _, _) => ValueTask.CompletedTask,
                (reading, time) =>
                {
                    recorder.Observe(reading, time);
                    if (reading.Injection > 0)
                    {
                        injected.Add($"{reading.Injection} {scenario.Sensors[reading.Sensor].Name} {time} {reading.Value}");
                    }
                },
                TestContext.Current.CancellationToken);
        }

        JsonElement[] lines = [.. Encoding.UTF8.GetString(stream.ToArray()).TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("scenario demo 7 2023-11-14T22:13:20.000Z", $"{Text(lines[0], "kind")} {Text(lines[0], "name")} {lines[0].GetProperty("seed")} {Text(lines[0], "start")}");
        Assert.NotEmpty(injected);
        Assert.Equal(injected, lines.Where(line => Text(line, "kind") == "outlier").Select(line =>
            $"{line.GetProperty("id")} {Text(line, "sensor")} {Text(line, "time")} {line.GetProperty("value").GetDouble()}"));
        JsonElement[] truths = [.. lines.Where(line => Text(line, "kind") == "truth" && Text(line, "quantity") == "kitchen/temperature")];
        Assert.Equal(30, truths.Length);
        Assert.Equal(scenario.TruthAt("kitchen/temperature", TimeSpan.FromSeconds(29)), truths[29].GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task A_scorecard_compares_the_service_with_the_truth()
    {
        var scenario = new DemoScenario(7);
        var score = new Scorecard(scenario, Start);
        var injected = new List<(string Sensor, EventTime Time)>();
        await new SimulationPlayer(scenario, Unpaced(TimeSpan.FromSeconds(30)), new ManualClock()).PlayAsync(
            (_, _, _) => ValueTask.CompletedTask,
            (reading, time) =>
            {
                score.Observe(reading, time);
                if (reading.Injection > 0)
                {
                    injected.Add((scenario.Sensors[reading.Sensor].Name, time));
                }
            },
            TestContext.Current.CancellationToken);

        score.Flagged(injected[0].Sensor, injected[0].Time);
        score.Flagged(injected[0].Sensor, injected[0].Time);
        score.Flagged(injected[1].Sensor, injected[1].Time + TimeSpan.FromMilliseconds(50));
        score.Flagged("nobody", injected[1].Time);
        score.Fused("kitchen/temperature", Start, scenario.TruthAt("kitchen/temperature", TimeSpan.Zero) + 0.3);
        score.Fused("kitchen/temperature", Start, scenario.TruthAt("kitchen/temperature", TimeSpan.Zero) - 0.4);
        score.Fused("kitchen/temperature", Start, double.NaN);
        score.Fused("unknown", Start, 1);

        Assert.Equal((injected.Count, 1, 1L), (score.Injected, score.Found, score.FlaggedOthers));
        Assert.Equal(Math.Sqrt(0.125), score.FusedError("kitchen/temperature"), 1e-9);
        Assert.True(double.IsNaN(score.FusedError("lounge/temperature")));
        (string? sensor, double error) = score.BestSensor("lounge/temperature");
        Assert.Equal("lounge/ceiling/temperature", sensor);
        Assert.InRange(error, 0.08, 0.12);
    }

    private static SimulationOptions Unpaced(TimeSpan? duration) => new() { Start = Start, Speed = double.PositiveInfinity, Duration = duration };

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static ValueTask Count(ref long messages)
    {
        messages++;
        return ValueTask.CompletedTask;
    }

    private static async Task<List<string>> PlayAsync(Scenario scenario)
    {
        var messages = new List<string>();
        await new SimulationPlayer(scenario, Unpaced(null), new ManualClock()).PlayAsync(
            (topic, payload, _) =>
            {
                messages.Add($"{topic} {Encoding.UTF8.GetString(payload.Span)}");
                return ValueTask.CompletedTask;
            },
            null,
            TestContext.Current.CancellationToken);
        return messages;
    }
}
