namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// How long to wait before the next attempt: evenly from zero up to a bound that doubles with each failure, so that many clients do not
/// come back at once; at least half the greatest bound when a person must act first. Recognises two clients fighting for one identifier.
/// </summary>
internal sealed class Backoff(TimeSpan minimum, TimeSpan maximum, Random jitter)
{
    private const int ClosesOfDuel = 3;
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(5);

    private int failures;
    private int shortLives;

    /// <summary>The fault as it is to be told, with the pause after it. <paramref name="lasted"/> is null if no connection had stood.</summary>
    public MqttFault Next(MqttFault fault, TimeSpan? lasted)
    {
        if (fault.Kind == MqttFaultKind.Overrun)
        {
            return fault;
        }

        if (lasted >= Shortly)
        {
            failures = 0;
        }

        // While both clients are slow each connection lasts about as long as the other's pause.
        bool closedSoon = fault.Kind is MqttFaultKind.Closed or MqttFaultKind.ClientIdInUse
            && lasted < (shortLives >= ClosesOfDuel ? maximum * 2 : Shortly);
        shortLives = closedSoon ? shortLives + 1 : lasted is null ? shortLives : 0;
        if (shortLives >= ClosesOfDuel && fault.Kind == MqttFaultKind.Closed)
        {
            fault = fault with
            {
                Kind = MqttFaultKind.ClientIdInUse,
                Text = $"the broker closes each connection shortly after accepting it ({shortLives} times): another client most likely uses "
                    + "the same client identifier; give each instance its own Instance",
            };
        }

        return fault with { RetryAfter = fault.NeedsAttention ? Slow() : Jittered() };
    }

    private TimeSpan Jittered()
    {
        double bound = Math.Min(maximum.TotalSeconds, minimum.TotalSeconds * Math.Pow(2, Math.Min(failures++, 40)));
        return TimeSpan.FromSeconds(bound * jitter.NextDouble());
    }

    private TimeSpan Slow() => maximum * (0.5 + (0.5 * jitter.NextDouble()));
}
