using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Pipeline;
using SensorPipeline.Worker.Simulation;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>demo</c>: embedded broker, simulated fleet, pipeline and page, all over real MQTT.</summary>
public static class DemoCommand
{
    private const int UsualBrokerPort = 1883;
    private const int UsualHttpPort = 8080;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(0.5);

    private static readonly Option<string?> Broker = new("--broker") { HelpName = "HOST:PORT", Description = "Use a real broker instead of the embedded one." };
    private static readonly Option<TimeSpan?> Duration = new("--duration") { HelpName = "HH:MM:SS", Description = "Stop by itself, with a summary." };
    private static readonly Option<ulong> Seed = new("--seed") { HelpName = "N", DefaultValueFactory = _ => 1, Description = "The same seed gives the same fleet." };
    private static readonly Option<int?> Port = new("--port") { HelpName = "N", Description = "HTTP port of the page. Default: 8080, or a free one where it is taken." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "demo",
            "Show everything at once: a simulated house, its broker, the pipeline and the page.",
            "sensor-pipeline demo",
            "sensor-pipeline demo --duration 00:00:30",
            "sensor-pipeline demo --broker localhost:1883")
        {
            Broker, Duration, Seed, Port,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Broker) is { } broker && BrokerAddress.Parse(broker) is null)
            {
                result.AddError("--broker: expected HOST:PORT");
            }

            if (result.GetValue(Duration) <= TimeSpan.Zero)
            {
                result.AddError("--duration: expected a positive time such as 00:00:30");
            }

            if (result.GetValue(Port) is < 0 or > 65_535)
            {
                result.AddError("--port: expected a number from 0 to 65535");
            }
        });
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ProcessContext process, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        BrokerAddress? real = parsed.GetValue(Broker) is { } text ? BrokerAddress.Parse(text) : null;
        await using DevelopmentBroker? embedded = real is null
            ? await DevelopmentBroker.StartAsync(new DevelopmentBrokerOptions { Port = FreeOr(UsualBrokerPort) }, process.Clock)
            : null;
        BrokerAddress broker = real ?? new BrokerAddress("127.0.0.1", embedded!.Port);
        ServiceOptions options = DemoConfiguration.For(broker.Host, broker.Port, parsed.GetValue(Port) ?? FreeOr(UsualHttpPort));
        TimeSpan? duration = parsed.GetValue(Duration);
        EventTime start = EventTime.FromUnixMilliseconds(process.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Scenario scenario = Scenarios.Create("demo", parsed.GetValue(Seed))!;
        var scorecard = new Scorecard(scenario, start);
        try
        {
            await using var host = new ServiceHost(options, process);
            host.Service.Listen(new DemoJudge(host.Service.Graph, scorecard));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task running = host.RunAsync(stop.Token);
            output.WriteLine($"broker        {(embedded is null ? "" : "embedded, ")}mqtt://{broker.Host}:{broker.Port}, results under sensor-pipeline/demo/#");
            output.WriteLine($"fleet         {scenario.Sensors.Count} simulated sensors in three rooms and a boiler, 20 readings a second each");
            output.WriteLine($"page          http://localhost:{options.Http.Port}");
            LiveSummary? live = process.IsTerminal ? new LiveSummary(new LiveLine(parsed.InvocationConfiguration.Error, isTerminal: true, process.Clock), process.Clock) : null;
            output.WriteLine(duration is { } time ? $"stops         by itself after {time}" : "stops         with Ctrl+C");
            await PlayAsync(scenario, start, broker, scorecard, host.Service, duration, process.Clock, output, live, stop.Token);
            await stop.CancelAsync();
            await running;
            Summarise(scenario, scorecard, host.Service.Counts, output);
            return ExitCode.Ok;
        }
        catch (AddressInUseException fault)
        {
            parsed.InvocationConfiguration.Error.WriteLine(fault.Message);
            return ExitCode.Crash;
        }
    }

    private static async Task PlayAsync(
        Scenario scenario, EventTime start, BrokerAddress broker, Scorecard scorecard, Service service, TimeSpan? duration, TimeProvider clock, TextWriter output, LiveSummary? live, CancellationToken stop)
    {
        await using var publisher = new Publisher(broker.Host, broker.Port, "sensor-pipeline-demo-fleet", clock, fault => output.WriteLine(fault.Text));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task reporting = live is null ? ReportAsync(service.Counts, clock, output, ending.Token) : live.FollowAsync(service.Counts, ending.Token);
        try
        {
            await Task.WhenAll(publisher.Connected, service.ReadyAsync(stop)).WaitAsync(stop);
            await new SimulationPlayer(scenario, new SimulationOptions { Start = start, Duration = duration }, clock).PlayAsync(publisher.PublishAsync, scorecard.Observe, stop);
            await publisher.FlushAsync(stop);
            await Task.Delay(TimeToSettle, clock, stop);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how a demo ends.
        }

        await ending.CancelAsync();
        await reporting;
    }

    private static async Task ReportAsync(ServiceCounts counts, TimeProvider clock, TextWriter output, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(ReportInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                long events = Enum.GetValues<Streams.Results.EventKind>().Sum(counts.Events);
                output.WriteLine(FormattableString.Invariant($"{counts.ReadingsAccepted,10:N0} readings  {counts.Outliers,6:N0} outliers  {events,5:N0} events  {counts.Refits,3:N0} refits"));
            }
        }
        catch (OperationCanceledException)
        {
            // The demo is over.
        }
    }

    private static void Summarise(Scenario scenario, Scorecard scorecard, ServiceCounts counts, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"readings      {counts.ReadingsAccepted:N0} accepted"));
        output.WriteLine(FormattableString.Invariant($"outliers      {scorecard.Found} of {scorecard.Injected} injected found; {scorecard.FlaggedOthers} other readings flagged, of sick sensors among them"));
        foreach (string quantity in scenario.Quantities)
        {
            (string? sensor, double error) = scorecard.BestSensor(quantity);
            output.WriteLine(FormattableString.Invariant($"fused         {quantity}: {scorecard.FusedError(quantity):F4} RMSE against the truth; the best single sensor, {sensor}: {error:F4}"));
        }

        output.WriteLine(FormattableString.Invariant($"refits        {counts.Refits}"));
    }

    // The usual port if nobody listens there, else any that is free.
    private static int FreeOr(int usual)
    {
        foreach (int port in (ReadOnlySpan<int>)[usual, 0])
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.ExclusiveAddressUse = true;
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                continue;
            }
        }

        return 0;
    }
}
