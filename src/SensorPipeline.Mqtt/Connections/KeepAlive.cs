namespace SensorPipeline.Mqtt.Connections;

/// <summary>What a look at the connection's silence asks for.</summary>
internal enum KeepAliveStep
{
    Rest,
    Ping,
    GiveUp,
}

/// <summary>
/// When to ping and when to give up: a ping goes out after half the limit in which either side was silent, and anything received within
/// another half proves that the broker lives. While the receiver holds back nothing is received, and that proves nothing.
/// </summary>
internal sealed class KeepAlive(TimeProvider clock)
{
    private long received = clock.GetTimestamp();
    private long written = clock.GetTimestamp();
    private long pinged;
    private volatile bool pinging;
    private volatile bool paused;

    /// <summary>The longest silence; zero does without pings.</summary>
    public TimeSpan Limit { get; set; }

    public bool IsPaused => paused;

    public void OnReceived() => Volatile.Write(ref received, clock.GetTimestamp());

    public void OnWritten() => Volatile.Write(ref written, clock.GetTimestamp());

    public void Pause() => paused = true;

    public void Resume()
    {
        OnReceived();
        paused = false;
    }

    public KeepAliveStep Next()
    {
        if (Limit <= TimeSpan.Zero)
        {
            return KeepAliveStep.Rest;
        }

        long heard = Volatile.Read(ref received);
        bool waiting = pinging && heard < pinged;
        if (waiting && !paused && clock.GetElapsedTime(pinged) >= Limit / 2)
        {
            return KeepAliveStep.GiveUp;
        }

        // A ping under way says all about the broker's silence; what remains is ours, which the broker watches.
        long since = Math.Min(waiting ? long.MaxValue : heard, Volatile.Read(ref written));
        if (clock.GetElapsedTime(since) < Limit / 2)
        {
            return KeepAliveStep.Rest;
        }

        pinged = waiting ? pinged : clock.GetTimestamp();
        pinging = true;
        return KeepAliveStep.Ping;
    }
}
