using System.CommandLine;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Pipeline;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>run</c>: the service.</summary>
public static class RunCommand
{
    private static readonly Option<bool> NoWait = new("--no-wait") { Description = "Give up with exit code 69 when the broker cannot be reached at start, instead of trying on." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "run",
            "Read live sensors from the broker and publish what they say; the default command.",
            "sensor-pipeline run",
            "sensor-pipeline run --config config/appsettings.json --Broker:Host=broker.lan")
        {
            NoWait,
        };
        var configuration = new ConfigurationArguments(command, process);
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, configuration, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ConfigurationArguments configuration, ProcessContext process, CancellationToken cancel)
    {
        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded))
        {
            return ExitCode.Configuration;
        }

        TextWriter error = parsed.InvocationConfiguration.Error;
        foreach (string warning in loaded.Warnings)
        {
            error.WriteLine($"warning: {ConfigurationFault.OneLine(warning)}");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        MqttFault? unreachable = null;
        try
        {
            await using var host = new ServiceHost(loaded, process);
            if (parsed.GetValue(NoWait))
            {
                host.Service.FailedToConnect = fault =>
                {
                    unreachable ??= fault;
                    stop.Cancel();
                };
            }

            using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            Task following = process.IsTerminal ? new LiveSummary(new LiveLine(error, isTerminal: true, process.Clock), process.Clock).FollowAsync(host.Service.Counts, watching.Token) : Task.CompletedTask;
            try
            {
                await host.RunAsync(stop.Token);
            }
            finally
            {
                await watching.CancelAsync();
                await following;
            }
        }
        catch (StorageException fault)
        {
            error.WriteLine(ConfigurationFault.OneLine(fault.Message));
            return ExitCode.StorageFailed;
        }
        catch (AddressInUseException fault)
        {
            error.WriteLine(fault.Message);
            return ExitCode.Crash;
        }

        return unreachable is null ? ExitCode.Ok : ExitCode.BrokerUnreachable;
    }
}
