using SensorPipeline.Formats.Results;
using SensorPipeline.Mqtt;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>Whether the loop advances, and whether the service does its work.</summary>
internal sealed class ServiceHealth(PipelineLoop loop, IMqttTransport transport, Checkpointer checkpointer, ResultPublisher publisher, TimeProvider clock) : IHealthState
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private long turns = -1;
    private long advancedAt;

    /// <inheritdoc/>
    public IReadOnlyList<HealthCheck> Live()
    {
        // The loop has a chore to do every second, so it stands still only when it is stuck.
        lock (gate)
        {
            if (turns != loop.Turns)
            {
                turns = loop.Turns;
                advancedAt = clock.GetTimestamp();
            }

            bool advances = clock.GetElapsedTime(advancedAt) < Patience;
            return [new HealthCheck("pipeline", advances, advances ? "advances" : "stands still")];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthCheck> Ready()
    {
        MqttTransportStatus status = transport.Status;
        return
        [
            .. Live(),
            new HealthCheck("broker", status.IsReady, status.IsReady ? "connected and subscribed" : status.IsConnected ? "a subscription was refused" : "not connected"),
            Storage(),
            Configuration(),
        ];
    }

    private HealthCheck Configuration()
    {
        bool isRefused = publisher.Configuration is { Result: ReloadResult.Refused };
        return new HealthCheck("configuration", !isRefused, isRefused ? "the last edit was refused; the former is in force" : "valid");
    }

    private HealthCheck Storage()
    {
        string? fault = loop.StorageFault is not null ? "the disk is full" : checkpointer.Fault is not null ? "the last checkpoint was not written" : null;
        return new HealthCheck("storage", fault is null, fault ?? "writable");
    }
}
