namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// Looks at a connection from time to time: gives up on one that does not answer CONNECT, SUBSCRIBE or a ping, sends the pings, sends again
/// what was postponed, and counts the silence of filters. A peer that neither takes nor closes anything does not hold the end up for long.
/// </summary>
internal sealed class ConnectionWatch : IDisposable
{
    private const int Connecting = 0;
    private const int Standing = 1;
    private const int Closing = 2;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly ClientSession session;
    private readonly Sender sender;
    private readonly KeepAlive keepAlive;
    private readonly Action<MqttFault> stop;
    private readonly Action abort;
    private readonly ITimer timer;
    private int stage;
    private long askedAt;
    private long lookedAt;

    /// <param name="options">What was asked for.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="session">What outlives the connection.</param>
    /// <param name="sender">Sends the pings.</param>
    /// <param name="keepAlive">Says when a ping is due.</param>
    /// <param name="stop">Ends the connection for a fault.</param>
    /// <param name="abort">Ends it without another word.</param>
    public ConnectionWatch(
        MqttClientOptions options, TimeProvider clock, ClientSession session, Sender sender, KeepAlive keepAlive, Action<MqttFault> stop, Action abort)
    {
        this.options = options;
        this.clock = clock;
        this.session = session;
        this.sender = sender;
        this.keepAlive = keepAlive;
        this.stop = stop;
        this.abort = abort;
        askedAt = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Period
    {
        get
        {
            TimeSpan limit = keepAlive.Limit;
            return (limit > TimeSpan.Zero && limit < options.ConnectTimeout ? limit : options.ConnectTimeout) / 4;
        }
    }

    /// <summary>Waits for the answer to CONNECT.</summary>
    public void Start() => timer.Change(Period, Period);

    /// <summary>The broker accepted; what it imposes may need closer looks.</summary>
    public void OnAccepted()
    {
        lookedAt = clock.GetTimestamp();
        OnAsked();
        if (Interlocked.CompareExchange(ref stage, Standing, Connecting) == Connecting)
        {
            timer.Change(Period, Period);
        }
    }

    /// <summary>A SUBSCRIBE or UNSUBSCRIBE went out.</summary>
    public void OnAsked() => Volatile.Write(ref askedAt, clock.GetTimestamp());

    /// <summary>The connection says good-bye.</summary>
    public void OnClosing()
    {
        Volatile.Write(ref stage, Closing);
        AbortAfter(ClosingTime);
    }

    /// <summary>How long a good-bye may take.</summary>
    public void AbortAfter(TimeSpan time) => timer.Change(time, Timeout.InfiniteTimeSpan);

    private void Look()
    {
        switch (Volatile.Read(ref stage))
        {
            case Connecting:
                GiveUpUnlessAnswered("CONNECT");
                break;
            case Closing:
                abort();
                break;
            default:
                LookAtStanding();
                break;
        }
    }

    private void LookAtStanding()
    {
        if (!keepAlive.IsPaused && !session.Subscriptions.IsAnswered)
        {
            GiveUpUnlessAnswered("SUBSCRIBE");
        }

        Ping(keepAlive.Next());
        if (session.Outbox.TryRequeuePostponed())
        {
            sender.Wake();
        }

        CountSilence();
    }

    private void GiveUpUnlessAnswered(string packet)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref askedAt)) >= options.ConnectTimeout)
        {
            stop(ConnectionFaults.TimedOut(packet, options.ConnectTimeout));
        }
    }

    private void Ping(KeepAliveStep step)
    {
        if (step == KeepAliveStep.GiveUp)
        {
            stop(ConnectionFaults.TimedOut("PINGREQ", keepAlive.Limit / 2));
        }
        else if (step == KeepAliveStep.Ping)
        {
            sender.Ping();
        }
    }

    // While the receiver holds back nothing can come.
    private void CountSilence()
    {
        TimeSpan elapsed = clock.GetElapsedTime(lookedAt);
        lookedAt = clock.GetTimestamp();
        if (!keepAlive.IsPaused)
        {
            session.Silence.Tick(elapsed);
        }
    }

    /// <summary>Lets go of the timer.</summary>
    public void Dispose() => timer.Dispose();
}
