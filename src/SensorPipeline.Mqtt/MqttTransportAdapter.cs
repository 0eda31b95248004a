using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using SensorPipeline.Mqtt.Connections;

namespace SensorPipeline.Mqtt;

/// <summary>
/// Puts another client library behind the transport seam. It brings what the seam promises and libraries do not: attempts with pauses, an
/// outbox that a message leaves when it is answered, filters that follow the options, acknowledgement in order of receipt and bound to its
/// connection, the status. A library brings the abstract members; publishes go one at a time, and each message is a batch of its own.
/// </summary>
public abstract class MqttTransportAdapter : IMqttTransport
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider clock;
    private readonly Attempts attempts;
    private readonly Channel<Outgoing?> outbox;
    private readonly Queue<(long Position, Func<Task> Acknowledge)> unacknowledged = [];
    private readonly HashSet<MqttSubscription> held = [];
    private readonly MqttMessageBatch batch = new();
    private readonly Lock gate = new();
    private IReadOnlyList<MqttSubscription> wanted;
    private TaskCompletionSource announced = New();
    private TaskCompletionSource ended = New();
    private Task acknowledging = Task.CompletedTask;
    private MqttTransportStatus status = new();
    private IMqttReceiver? receiver;
    private long position;
    private volatile bool changed;

    /// <summary>Makes a transport; it does nothing until it is run. The parameters are those of <see cref="MqttClient"/>.</summary>
    protected MqttTransportAdapter(MqttClientOptions options, TimeProvider clock, Random jitter)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        this.clock = clock;
        wanted = options.Subscriptions;
        attempts = new Attempts(options, clock, jitter);
        outbox = Channel.CreateBounded<Outgoing?>(options.OutboxMessages);
    }

    /// <inheritdoc/>
    public MqttTransportStatus Status
    {
        get
        {
            lock (gate)
            {
                return status with { OutboxLength = status.Queued - status.Settled };
            }
        }
    }

    /// <summary>What was asked for.</summary>
    protected MqttClientOptions Options { get; }

    /// <summary>Whether the library's connection stands.</summary>
    protected abstract bool IsConnected { get; }

    /// <summary>Connects once, and says what the broker answered.</summary>
    protected abstract Task<(MqttReason Answer, bool SessionPresent)> ConnectAsync(CancellationToken cancel);

    /// <summary>Subscribes to one filter; an answer of 0x80 and more is a refusal.</summary>
    protected abstract Task<MqttReason> SubscribeAsync(MqttSubscription subscription, CancellationToken cancel);

    /// <summary>Takes one filter back.</summary>
    protected abstract Task UnsubscribeAsync(string filter, CancellationToken cancel);

    /// <summary>Publishes and waits for the answer of the QoS; one of 0x80 and more is a refusal.</summary>
    protected abstract Task<MqttReason> PublishAsync(string topic, byte[] payload, int qos, bool retain, CancellationToken cancel);

    /// <summary>Says good-bye if the connection stands; does not throw.</summary>
    protected abstract Task DisconnectAsync();

    /// <summary>Whether the network or the broker, and not our code, is at fault for what the library threw.</summary>
    protected abstract bool IsFault(Exception exception);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>The library lost its connection. Told late, after the next one stands, it is not taken for that one's end.</summary>
    protected void OnEnded()
    {
        if (!IsConnected)
        {
            ended.TrySetResult();
        }
    }

    /// <summary>The library received a message; the next one may be told when the task completes.</summary>
    protected async Task DeliverAsync(string topic, byte[] payload, int qos, bool retain, bool duplicate, ushort packetId, Func<Task> acknowledge)
    {
        await announced.Task;
        Receipt receipt;
        lock (gate)
        {
            position += qos > 0 ? 1 : 0;
            receipt = new Receipt(status.Epoch, position);
            status = status with { MessagesIn = status.MessagesIn + 1 };
            if (qos > 0)
            {
                unacknowledged.Enqueue((position, acknowledge));
            }
        }

        batch.Clear();
        batch.Add(Encoding.UTF8.GetBytes(topic), payload, qos, retain, duplicate, packetId);
        try
        {
            await receiver!.OnMessages(batch.Messages, receipt);
        }
        catch (Exception failure)
        {
            // A library would log it and go on; it has to end the run.
            ended.TrySetException(failure);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(IMqttReceiver receiver, CancellationToken cancel)
    {
        this.receiver = receiver;
        await attempts.RunAsync(AttemptAsync, Tell, cancel);
        await acknowledging;
        await DisconnectAsync();
    }

    private void Tell(MqttFault fault)
    {
        Change(now => now with { IsConnected = false, IsReady = false, LastFault = fault });
        receiver!.OnDisconnected(fault);
    }

    private async Task<(MqttFault?, TimeSpan?)> AttemptAsync(CancellationToken cancel)
    {
        long? since = null;
        string words = "the broker closed the connection";
        MqttFaultKind kind = MqttFaultKind.Closed;
        try
        {
            (announced, ended) = (New(), New());
            using var limit = new CancellationTokenSource(Options.ConnectTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            (MqttReason answer, bool present) = await ConnectAsync(either.Token);
            if (answer != MqttReason.Success)
            {
                return (ConnectionFaults.Refused(answer, new MqttServerLimits()), null);
            }

            since = clock.GetTimestamp();
            await ServeAsync(present, cancel);
        }
        catch (Exception fault) when (fault is OperationCanceledException || IsFault(fault) || (since is null && IsUntrusted(fault)))
        {
            words = fault.Message;
            kind = since is not null ? MqttFaultKind.Closed : IsUntrusted(fault) ? MqttFaultKind.Untrusted : MqttFaultKind.Unreachable;
        }

        TimeSpan? lasted = since is { } start ? clock.GetElapsedTime(start) : null;
        return (cancel.IsCancellationRequested ? null : new MqttFault(kind, words) { Epoch = lasted is null ? 0 : status.Epoch }, lasted);
    }

    // A file of certificates that is missing, or holds none.
    private static bool IsUntrusted(Exception fault) => fault is FileNotFoundException or DirectoryNotFoundException or CryptographicException;

    private async Task ServeAsync(bool present, CancellationToken cancel)
    {
        Begin(present);
        receiver!.OnConnected(new MqttConnected(status.Epoch, present, Options.ProtocolVersion, new MqttServerLimits()));
        announced.SetResult();
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task sending = SendAsync(present, connection.Token);
        await Task.WhenAny(ended.Task.WaitAsync(cancel), sending);
        await connection.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.Task.WaitAsync(cancel);
    }

    private void Begin(bool present)
    {
        lock (gate)
        {
            unacknowledged.Clear();
            position = 0;
            status = status with { IsConnected = true, Epoch = status.Epoch + 1, Reconnects = status.Epoch, SessionPresent = present };
        }
    }

    private async Task SendAsync(bool present, CancellationToken cancel)
    {
        foreach (string filter in present ? Options.FormerFilters.Except(wanted.Select(subscription => subscription.Filter)) : [])
        {
            await UnsubscribeAsync(filter, cancel);
        }

        held.Clear();
        changed = true;
        do
        {
            while (outbox.Reader.TryPeek(out Outgoing? next) && !changed)
            {
                await SendAsync(next, cancel);
            }

            await UpdateSubscriptionsAsync(cancel);
        }
        while (await outbox.Reader.WaitToReadAsync(cancel));
    }

    // A message leaves the outbox when it is answered, so that one cut off goes out again. Null only wakes.
    private async Task SendAsync(Outgoing? next, CancellationToken cancel)
    {
        MqttReason answer = next is { } message ? await PublishAsync(message.Topic, message.Payload, message.Qos, message.Retain, cancel) : MqttReason.Success;
        outbox.Reader.TryRead(out _);
        if (next is not null)
        {
            long taken = answer < MqttReason.Unspecified ? 1 : 0;
            Change(now => now with { Settled = now.Settled + 1, MessagesOut = now.MessagesOut + taken, PublishesRefused = now.PublishesRefused + 1 - taken });
        }
    }

    private async Task UpdateSubscriptionsAsync(CancellationToken cancel)
    {
        while (changed)
        {
            changed = false;
            bool granted = true;
            IReadOnlyList<MqttSubscription> now = wanted;
            foreach (MqttSubscription missing in now.Except(held).ToArray())
            {
                granted &= await SubscribeAsync(missing, cancel) < MqttReason.Unspecified;
                held.RemoveWhere(known => known.Filter == missing.Filter);
                held.Add(missing);
            }

            foreach (MqttSubscription gone in held.ExceptBy(now.Select(subscription => subscription.Filter), known => known.Filter).ToArray())
            {
                await UnsubscribeAsync(gone.Filter, cancel);
                held.Remove(gone);
            }

            Change(status => status with { IsReady = granted && !changed });
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(Receipt receipt)
    {
        lock (gate)
        {
            while (receipt.Epoch == status.Epoch && unacknowledged.TryPeek(out var first) && first.Position <= receipt.Position)
            {
                acknowledging = AcknowledgeAfterAsync(acknowledging, unacknowledged.Dequeue().Acknowledge, receipt.Epoch);
            }
        }
    }

    // A library acknowledges on whatever connection stands, so what belongs to an earlier one is left out.
    private async Task AcknowledgeAfterAsync(Task before, Func<Task> acknowledge, long epoch)
    {
        await before;
        Task sent = IsConnected && epoch == status.Epoch ? acknowledge() : Task.CompletedTask;
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain) => TryPublish(Encoding.UTF8.GetString(topic), payload, qos, retain);

    /// <inheritdoc/>
    public bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        var message = TopicFilter.IsTopicName(topic) ? new Outgoing(topic, payload.ToArray(), qos, retain) : throw new ArgumentException("not a topic name", nameof(topic));
        lock (gate)
        {
            bool taken = outbox.Writer.TryWrite(message);
            status = taken ? status with { Queued = status.Queued + 1 } : status with { OutboxFull = status.OutboxFull + 1 };
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyList<MqttSubscription> subscriptions)
    {
        wanted = subscriptions;
        changed = true;
        Change(now => now with { IsReady = false });
        outbox.Writer.TryWrite(null);
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancel)
    {
        for (long until = Status.Queued; Status.Settled < until;)
        {
            await Task.Delay(BetweenLooks, clock, cancel);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Func<MqttTransportStatus, MqttTransportStatus> change)
    {
        lock (gate)
        {
            status = change(status);
        }
    }

    private sealed record Outgoing(string Topic, byte[] Payload, int Qos, bool Retain);
}
