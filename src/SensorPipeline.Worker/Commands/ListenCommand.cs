using System.CommandLine;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Worker.Listening;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>listen</c>: what arrives, which source takes it, and why the rest does not match.</summary>
public static class ListenCommand
{
    private const int LinesPerSecond = 50;

    private static readonly Option<string[]> Topics = new("--topic", "-t") { HelpName = "FILTER", Description = "MQTT filter to listen on; may be repeated. Default: everything (#)." };
    private static readonly Option<TimeSpan?> Duration = new("--duration") { HelpName = "HH:MM:SS", Description = "Stop after this long. Default: with Ctrl+C." };
    private static readonly Option<long?> Count = new("--count", "-n") { HelpName = "N", Description = "Stop after so many messages." };
    private static readonly Option<int?> Rate = new("--rate") { HelpName = "N", Description = "Most lines a second; what is not shown is counted. Default: 50." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "listen",
            "Show what arrives at the broker, which source takes it, and why the rest does not match.",
            "sensor-pipeline listen --Broker:Host=broker.lan",
            "sensor-pipeline listen --config my.json --topic zigbee2mqtt/# --duration 00:01:00")
        {
            Topics, Duration, Count, Rate,
        };
        command.Validators.Add(result =>
        {
            foreach (string filter in (result.GetValue(Topics) ?? []).Where(filter => !TopicFilter.IsFilter(filter)))
            {
                result.AddError($"--topic: '{filter}' is no MQTT topic filter");
            }

            if (result.GetValue(Duration) <= TimeSpan.Zero || result.GetValue(Count) < 1 || result.GetValue(Rate) < 1)
            {
                result.AddError("--duration, --count and --rate: expected more than zero");
            }
        });
        var configuration = new ConfigurationArguments(command, process);
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, configuration, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ConfigurationArguments configuration, ProcessContext process, CancellationToken cancel)
    {
        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded, needsSources: false))
        {
            return ExitCode.Configuration;
        }

        ServiceOptions options = loaded.Options!;
        TextWriter error = parsed.InvocationConfiguration.Error;
        SourceLimits limits = options.Limits.ToSourceLimits();
        SourceSet sources = SourceSet.Compile(options.Sources, limits, out _);
        string[] filters = parsed.GetValue(Topics) is { Length: > 0 } named ? named : ["#"];
        var report = new MessageReport(sources, limits, parsed.GetValue(Count), parsed.GetValue(Rate) ?? LinesPerSecond, process.Clock, parsed.InvocationConfiguration.Output);
        await using var listener = new BrokerListener(options, filters, report, process.Clock, error);
        error.WriteLine($"listening on {string.Join(", ", filters)} at {options.Broker.Host}:{options.Broker.Port}; sources of {loaded.File ?? "no file"}");
        if (!await listener.RunAsync(parsed.GetValue(Duration), cancel))
        {
            return ExitCode.BrokerUnreachable;
        }

        report.Summarise(error);
        return ExitCode.Ok;
    }
}
