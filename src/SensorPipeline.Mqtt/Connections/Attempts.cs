namespace SensorPipeline.Mqtt.Connections;

/// <summary>One attempt at a connection: serves until it ends, and says why and how long it had stood; no fault means that it was cancelled.</summary>
internal delegate Task<(MqttFault? Fault, TimeSpan? Lasted)> Attempt(CancellationToken cancel);

/// <summary>Attempt after attempt with a pause after each fault, until cancelled.</summary>
internal sealed class Attempts(MqttClientOptions options, TimeProvider clock, Random jitter)
{
    private readonly Backoff backoff = new(options.BackoffMinimum, options.BackoffMaximum, jitter);

    /// <summary>Runs until an attempt was cancelled; each fault is told before its pause.</summary>
    public async Task RunAsync(Attempt attempt, Action<MqttFault> tell, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            (MqttFault? fault, TimeSpan? lasted) = await attempt(cancel);
            if (fault is null)
            {
                return;
            }

            fault = backoff.Next(fault, lasted);
            tell(fault);
            await Task.Delay(fault.RetryAfter, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
