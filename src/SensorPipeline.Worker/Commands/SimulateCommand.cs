using System.CommandLine;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Simulation;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>simulate</c>: publishes a seeded scenario; the truth goes to a file.</summary>
public static class SimulateCommand
{
    private static readonly Option<string> Broker = new("--broker") { Required = true, HelpName = "HOST:PORT", Description = "Broker to publish to, with QoS 1." };
    private static readonly Option<string> Name = new("--scenario") { Required = true, HelpName = "NAME", Description = $"One of {string.Join(", ", Scenarios.Names)}." };
    private static readonly Option<ulong> Seed = new("--seed") { HelpName = "N", DefaultValueFactory = _ => 1, Description = "The same seed gives the same readings." };
    private static readonly Option<double> Speed = new("--speed") { HelpName = "X", DefaultValueFactory = _ => 1, Description = "Seconds of the scenario in one second; 0 is as fast as the broker takes it." };
    private static readonly Option<TimeSpan?> Duration = new("--duration") { HelpName = "HH:MM:SS", Description = "How much of the scenario to play. Default: all of it, or without end." };
    private static readonly Option<int?> Rows = new("--rows") { HelpName = "N", Description = "motes: rows of each mote." };
    private static readonly Option<int?> Sensors = new("--sensors") { HelpName = "N", Description = "fleet: how many sensors." };
    private static readonly Option<double?> Rate = new("--rate") { HelpName = "X", Description = "fleet: readings a second of each sensor." };
    private static readonly Option<DateTimeOffset?> Start = new("--start") { HelpName = "TIME", Description = "Event time of the first reading. Default: now." };
    private static readonly Option<string?> Truth = new("--truth") { HelpName = "FILE", Description = "Where the truth goes, as JSON lines." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "simulate",
            "Publish a seeded scenario to a broker.",
            "sensor-pipeline simulate --broker localhost --scenario motes --seed 7 --speed 0 --truth truth.jsonl")
        {
            Broker, Name, Seed, Speed, Duration, Rows, Sensors, Rate, Start, Truth,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Broker) is { } broker && broker.Tokens.Count > 0 && BrokerAddress.Parse(broker.Tokens[0].Value) is null)
            {
                result.AddError("--broker: expected HOST:PORT");
            }

            if (result.GetResult(Name) is { } name && name.Tokens.Count > 0 && !Scenarios.Names.Contains(name.Tokens[0].Value))
            {
                result.AddError($"--scenario: expected one of {string.Join(", ", Scenarios.Names)}");
            }

            if (!(result.GetValue(Speed) >= 0))
            {
                result.AddError("--speed: expected a number that is not negative");
            }

            if (result.GetValue(Rows) < 1 || result.GetValue(Sensors) < 1 || result.GetValue(Rate) <= 0)
            {
                result.AddError("--rows, --sensors and --rate: expected a positive number");
            }
        });
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ProcessContext process, CancellationToken cancel)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        BrokerAddress broker = BrokerAddress.Parse(parsed.GetValue(Broker)!)!.Value;
        var defaults = new ScenarioOptions();
        Scenario scenario = Scenarios.Create(parsed.GetValue(Name)!, parsed.GetValue(Seed), new ScenarioOptions
        {
            Rows = parsed.GetValue(Rows) ?? defaults.Rows,
            Sensors = parsed.GetValue(Sensors) ?? defaults.Sensors,
            Rate = parsed.GetValue(Rate) ?? defaults.Rate,
        })!;
        EventTime start = EventTime.FromUnixMilliseconds((parsed.GetValue(Start) ?? process.Clock.GetUtcNow()).ToUnixTimeMilliseconds());
        double speed = parsed.GetValue(Speed);
        var player = new SimulationPlayer(
            scenario,
            new SimulationOptions { Start = start, Speed = speed == 0 ? double.PositiveInfinity : speed, Duration = parsed.GetValue(Duration) },
            process.Clock);
        var live = new LiveLine(error, process.IsTerminal, process.Clock);
        try
        {
            using TruthRecorder? truth = parsed.GetValue(Truth) is { } path ? new TruthRecorder(File.Create(path), scenario, start) : null;
            await using var publisher = new Publisher(broker.Host, broker.Port, $"sensor-pipeline-simulate-{scenario.Name}-{scenario.Seed}", process.Clock, fault => error.WriteLine(fault.Text));
            await publisher.Connected.WaitAsync(cancel);
            TimeSpan? duration = parsed.GetValue(Duration);
            await player.PlayAsync(
                publisher.PublishAsync,
                (reading, time) =>
                {
                    truth?.Observe(reading, time);
                    if (live.IsDue)
                    {
                        live.Show(duration is { } all ? reading.Offset / all : double.NaN, player.Totals.Readings, "readings");
                    }
                },
                cancel);
            await publisher.FlushAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how an endless scenario ends.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            live.Clear();
            error.WriteLine(fault.Message);
            return ExitCode.StorageFailed;
        }

        live.Clear();
        SimulationTotals totals = player.Totals;
        error.WriteLine(FormattableString.Invariant($"{scenario.Name}, seed {scenario.Seed}: {totals.Messages:N0} messages, {totals.Readings:N0} readings, {totals.Injected:N0} of them spoilt"));
        return ExitCode.Ok;
    }
}
