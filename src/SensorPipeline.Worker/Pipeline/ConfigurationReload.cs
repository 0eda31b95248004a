using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Takes edits of the configuration file while the service runs: a valid one is in force from then on, apart from what only a restart can change; one with a
/// fault is refused as a whole, and the service goes on as before. Either is told in the log, in the audit and in the counts.
/// </summary>
internal sealed partial class ConfigurationReload(ConfigurationRequest request, string file, Service service, TimeProvider clock, ILogger<ConfigurationReload> logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ConfigurationWatch watch = new(file);

    /// <summary>Looks at the file once a second until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BetweenLooks, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (watch.HasChanged())
                {
                    await ReloadAsync(stop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task ReloadAsync(CancellationToken stop)
    {
        LoadedConfiguration loaded = ConfigurationLoader.Load(request with { File = file, Running = service.Options });
        if (loaded.IsValid)
        {
            await service.AdoptAsync(loaded.Options, stop);
        }

        Log(loaded);
        var report = new ConfigurationReport
        {
            Time = EventTime.From(clock.GetUtcNow()),
            Result = loaded.IsValid ? ReloadResult.Applied : ReloadResult.Refused,
            Faults = [.. loaded.Faults.Select(fault => fault.ToString())],
            AfterRestart = loaded.AfterRestart,
        };
        await service.TellAsync(report, stop);
    }

    private void Log(LoadedConfiguration loaded)
    {
        foreach (ConfigurationFault fault in loaded.Faults)
        {
            LogRefused(file, fault.ToString());
        }

        foreach (string warning in loaded.Warnings)
        {
            LogWarning(ConfigurationFault.OneLine(warning));
        }

        if (loaded.AfterRestart.Count > 0)
        {
            LogAfterRestart(string.Join(", ", loaded.AfterRestart));
        }

        if (loaded.IsValid)
        {
            LogApplied(file, string.Join(", ", service.Filters));
        }
    }

    [LoggerMessage(40, LogLevel.Information, "the configuration has changed: {File} is in force, reading {Filters}")]
    private partial void LogApplied(string file, string filters);

    [LoggerMessage(41, LogLevel.Error, "the configuration has changed and is refused, the former stays in force: {File}: {Fault}")]
    private partial void LogRefused(string file, string fault);

    [LoggerMessage(42, LogLevel.Warning, "{Keys}: takes effect after a restart")]
    private partial void LogAfterRestart(string keys);

    [LoggerMessage(43, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);
}
