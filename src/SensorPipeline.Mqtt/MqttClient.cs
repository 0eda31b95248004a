using System.Buffers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using SensorPipeline.Mqtt.Connections;

namespace SensorPipeline.Mqtt;

/// <summary>
/// The built-in transport: MQTT 3.1.1 and 5 over a pipe. One socket read becomes one batch of spans over the receive buffer; writes and
/// acknowledgements are gathered into one send. Nothing is allocated for a message.
/// </summary>
public sealed class MqttClient : IMqttTransport
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly Connector connect;
    private readonly Attempts attempts;
    private readonly Counters counters = new();
    private readonly ClientSession session;
    private readonly CancellationTokenSource disposal = new();
    private Task running = Task.CompletedTask;
    private int started;

    /// <summary>Makes a client; it does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="options">Checked here.</param>
    /// <param name="clock">For time-outs, pings and pauses.</param>
    /// <param name="jitter">Draws the pauses between attempts; seeded by the caller.</param>
    /// <exception cref="ArgumentException">The options have faults, which the message lists.</exception>
    public MqttClient(MqttClientOptions options, TimeProvider clock, Random jitter)
        : this(options, clock, jitter, Connectors.For(options))
    {
    }

    internal MqttClient(MqttClientOptions options, TimeProvider clock, Random jitter, Connector connect)
    {
        ArgumentNullException.ThrowIfNull(options);
        string faults = string.Join("; ", options.Faults());
        if (faults.Length > 0)
        {
            throw new ArgumentException(faults, nameof(options));
        }

        this.options = options;
        this.clock = clock;
        this.connect = connect;
        attempts = new Attempts(options, clock, jitter);
        session = new ClientSession(options, new Outbox(options.OutboxBytes, options.OutboxMessages, options.TopicAliasMaximum, counters), counters);
        session.Outbox.Refused += fault => session.LastRefusal = fault;
        session.Silence.Watch(options.Subscriptions);
    }

    /// <inheritdoc/>
    public MqttTransportStatus Status
    {
        get
        {
            Connection? connection = session.Current;
            return new MqttTransportStatus
            {
                IsConnected = connection is not null,
                IsReady = connection?.IsReady ?? false,
                SessionPresent = session.SessionPresent,
                Epoch = session.Accepted,
                Reconnects = Math.Max(0, session.Accepted - 1),
                LastFault = session.LastFault,
                LastRefusal = session.LastRefusal,
                SilentFilters = session.Silence.Silent,
                PacketsIn = Volatile.Read(ref counters.PacketsIn),
                BytesIn = Volatile.Read(ref counters.BytesIn),
                MessagesIn = Volatile.Read(ref counters.MessagesIn),
                Repeated = Volatile.Read(ref counters.Repeated),
                Oversized = Volatile.Read(ref counters.Oversized),
                ProtocolErrors = Volatile.Read(ref counters.ProtocolErrors),
                MessagesOut = Volatile.Read(ref counters.MessagesOut),
                OutboxFull = Volatile.Read(ref counters.OutboxFull),
                PublishesRefused = Volatile.Read(ref counters.PublishesRefused),
                PublishesPostponed = Volatile.Read(ref counters.PublishesPostponed),
                UnknownAnswers = Volatile.Read(ref counters.UnknownAnswers),
                Queued = session.Outbox.Queued,
                Settled = session.Outbox.Settled,
                OutboxLength = session.Outbox.Length,
            };
        }
    }

    /// <inheritdoc/>
    public Task RunAsync(IMqttReceiver receiver, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (Interlocked.Exchange(ref started, 1) != 0)
        {
            throw new InvalidOperationException("a client runs once");
        }

        return running = RunUntilCancelledAsync(receiver, cancel);
    }

    private async Task RunUntilCancelledAsync(IMqttReceiver receiver, CancellationToken cancel)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, disposal.Token);
        await attempts.RunAsync(token => AttemptAsync(receiver, token), Tell, linked.Token);

        void Tell(MqttFault fault)
        {
            session.LastFault = fault;
            receiver.OnDisconnected(fault);
        }
    }

    private async Task<(MqttFault?, TimeSpan?)> AttemptAsync(IMqttReceiver receiver, CancellationToken cancel)
    {
        (Stream? stream, MqttFault? fault) = await OpenAsync(cancel);
        if (stream is null)
        {
            return (fault, null);
        }

        using var connection = new Connection(options, clock, receiver, session, stream, session.Accepted + 1);
        fault = await connection.RunAsync(cancel);
        return (fault, connection.Lasted);
    }

    private async Task<(Stream?, MqttFault?)> OpenAsync(CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            return (await connect(either.Token), null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (OperationCanceledException)
        {
            return (null, Unreachable($"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s"));
        }
        catch (Exception exception) when (exception is AuthenticationException or CryptographicException || (exception is IOException && IsAboutFile(exception)))
        {
            return (null, new MqttFault(MqttFaultKind.Untrusted, $"no secure connection to {options.Host}:{options.Port}: {exception.Message}"));
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return (null, Unreachable(exception.Message));
        }
    }

    private static bool IsAboutFile(Exception exception) => exception is FileNotFoundException or DirectoryNotFoundException;

    private MqttFault Unreachable(string why) => new(
        MqttFaultKind.Unreachable, $"no connection to the broker at {options.Host}:{options.Port}: {why}; is it running, and are Broker:Host and Broker:Port right?");

    /// <inheritdoc/>
    public void Acknowledge(Receipt receipt)
    {
        if (session.Current is { } connection && connection.Epoch == receipt.Epoch)
        {
            connection.Acknowledge(receipt);
        }
    }

    /// <inheritdoc/>
    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain) => Publish(topic, default, payload, qos, retain);

    /// <inheritdoc/>
    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain, MqttProperties properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return Publish(topic, properties.Section, payload, qos, retain);
    }

    private bool Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> section, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        if (!TopicFilter.IsTopicName(topic))
        {
            throw new ArgumentException("not a topic name", nameof(topic));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(qos);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(qos, 2);
        if ((long)topic.Length + section.Length + payload.Length > options.OutboxBytes)
        {
            throw new ArgumentException("the message is larger than the outbox", nameof(payload));
        }

        bool taken = session.Outbox.TryAdd(topic, section, payload, qos, retain);
        if (taken)
        {
            session.Current?.WakeSender();
        }

        return taken;
    }

    /// <inheritdoc/>
    public bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        ArgumentNullException.ThrowIfNull(topic);
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(topic.Length));
        int length = Encoding.UTF8.GetBytes(topic, utf8);
        bool taken = TryPublish(utf8.AsSpan(0, length), payload, qos, retain);
        ArrayPool<byte>.Shared.Return(utf8);
        return taken;
    }

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyList<MqttSubscription> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        string faults = string.Join("; ", MqttClientOptions.FaultsOf(subscriptions));
        if (faults.Length > 0)
        {
            throw new ArgumentException(faults, nameof(subscriptions));
        }

        session.Silence.Watch(subscriptions);
        session.Subscriptions.Change(subscriptions);
        session.Current?.UpdateSubscriptions();
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancel) => session.Outbox.FlushAsync().WaitAsync(cancel);

    /// <summary>Cancels <see cref="RunAsync"/> and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await disposal.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        disposal.Dispose();
    }
}
