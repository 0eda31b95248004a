using System.Buffers;
using System.Text;
using System.Threading.Channels;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using SensorPipeline.Mqtt.Connections;
using Net = MQTTnet;

namespace SensorPipeline.Mqtt.MqttNet;

/// <summary>
/// MQTTnet 5.1 behind the transport seam, acknowledged by hand, for teams that standardise on it; each message is a batch of its own. The
/// folder's README says which conformance tests it is expected to pass.
/// </summary>
public sealed class MqttNetTransport : IMqttTransport
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly Backoff backoff;
    private readonly Net.IMqttClient client = new Net.MqttClientFactory().CreateMqttClient();
    private readonly Channel<(Net.MqttApplicationMessage? Message, TaskCompletionSource? Done)> outbox;
    private readonly Queue<(Receipt Receipt, Net.MqttApplicationMessageReceivedEventArgs Message)> unacknowledged = [];
    private readonly MqttMessageBatch batch = new();
    private readonly Lock gate = new();
    private IReadOnlyList<MqttSubscription> subscriptions;
    private TaskCompletionSource announced = New();
    private TaskCompletionSource ended = New();
    private Task acknowledging = Task.CompletedTask;
    private MqttTransportStatus status = new();
    private IMqttReceiver? receiver;
    private long position;

    /// <summary>Makes a transport; it does nothing until <see cref="RunAsync"/>. The parameters are those of <see cref="MqttClient"/>.</summary>
    public MqttNetTransport(MqttClientOptions options, TimeProvider clock, Random jitter)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.clock, subscriptions) = (options, clock, options.Subscriptions);
        backoff = new Backoff(options.BackoffMinimum, options.BackoffMaximum, jitter);
        outbox = Channel.CreateBounded<(Net.MqttApplicationMessage?, TaskCompletionSource?)>(options.OutboxMessages);
        client.ApplicationMessageReceivedAsync += TakeAsync;
        client.DisconnectedAsync += _ => Task.FromResult(ended.TrySetResult());
    }

    /// <inheritdoc/>
    public MqttTransportStatus Status => Volatile.Read(ref status) with { OutboxLength = outbox.Reader.Count };

    /// <inheritdoc/>
    public async Task RunAsync(IMqttReceiver receiver, CancellationToken cancel)
    {
        this.receiver = receiver;
        while (!cancel.IsCancellationRequested)
        {
            (long since, long before) = (clock.GetTimestamp(), status.Epoch);
            if (await ConnectAndServeAsync(cancel) is { } fault)
            {
                bool stood = status.Epoch > before;
                fault = backoff.Next(fault, stood ? clock.GetElapsedTime(since) : null) with { Epoch = stood ? status.Epoch : 0 };
                Change(now => now with { IsConnected = false, IsReady = false, LastFault = fault });
                receiver.OnDisconnected(fault);
                await Task.Delay(fault.RetryAfter, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await acknowledging;
        await client.DisconnectAsync(new Net.MqttClientDisconnectOptions(), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<MqttFault?> ConnectAndServeAsync(CancellationToken cancel)
    {
        MqttFaultKind kind = MqttFaultKind.Unreachable;
        try
        {
            (ended, announced) = (New(), New());
            using var limit = new CancellationTokenSource(options.ConnectTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            Net.MqttClientConnectResult result = await client.ConnectAsync(MqttNetMapping.OptionsOf(options), either.Token);
            if (result.ResultCode != Net.MqttClientConnectResultCode.Success)
            {
                var reason = (MqttReason)(byte)result.ResultCode;
                return new MqttFault(MqttFaultKind.Refused, $"the broker refused the connection: {MqttReasons.Describe(reason)}", reason);
            }

            kind = MqttFaultKind.Closed;
            await ServeAsync(result.IsSessionPresent, cancel);
            return new MqttFault(kind, "the broker closed the connection");
        }
        catch (Exception exception) when (exception is OperationCanceledException or MqttCommunicationException or MqttProtocolViolationException)
        {
            return cancel.IsCancellationRequested ? null : new MqttFault(kind, exception.Message);
        }
    }

    private async Task ServeAsync(bool present, CancellationToken cancel)
    {
        lock (gate)
        {
            unacknowledged.Clear();
            position = 0;
            status = status with { IsConnected = true, Epoch = status.Epoch + 1, Reconnects = status.Epoch, SessionPresent = present };
        }

        receiver!.OnConnected(new MqttConnected(status.Epoch, present, options.ProtocolVersion, new MqttServerLimits()));
        announced.SetResult();
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task serving = SubscribeAndPublishAsync(connection.Token);
        await Task.WhenAny(ended.Task.WaitAsync(cancel), serving);
        await connection.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.Task.WaitAsync(cancel);
    }

    private async Task SubscribeAndPublishAsync(CancellationToken cancel)
    {
        bool granted = true;
        foreach (MqttSubscription wanted in subscriptions)
        {
            Net.MqttClientSubscribeResult answer = await client.SubscribeAsync(MqttNetMapping.OptionsOf(wanted, options.ProtocolVersion), cancel);
            granted &= answer.Items.All(item => (int)item.ResultCode < (int)MqttReason.Unspecified);
        }

        Change(now => now with { IsReady = granted });
        // A message leaves the outbox when it is answered, so that one cut off goes out again.
        while (await outbox.Reader.WaitToReadAsync(cancel) && outbox.Reader.TryPeek(out var next))
        {
            bool sent = next.Message is not null && (await client.PublishAsync(next.Message, cancel)).IsSuccess;
            outbox.Reader.TryRead(out _);
            next.Done?.TrySetResult();
            Change(now => now with { MessagesOut = now.MessagesOut + (sent ? 1 : 0) });
        }
    }

    private async Task TakeAsync(Net.MqttApplicationMessageReceivedEventArgs message)
    {
        message.AutoAcknowledge = false;
        await announced.Task;
        Net.MqttApplicationMessage content = message.ApplicationMessage;
        int qos = (int)content.QualityOfServiceLevel;
        var receipt = new Receipt(status.Epoch, qos > 0 ? ++position : position);
        lock (gate)
        {
            unacknowledged.Enqueue((receipt, message));
            status = status with { MessagesIn = status.MessagesIn + 1 };
        }

        batch.Clear();
        batch.Add(Encoding.UTF8.GetBytes(content.Topic), content.Payload.ToArray(), qos, content.Retain, content.Dup, message.PacketIdentifier);
        try
        {
            await receiver!.OnMessages(batch.Messages, receipt);
        }
        catch (Exception failure)
        {
            // MQTTnet would log it and go on; it has to end the run.
            ended.TrySetException(failure);
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(Receipt receipt)
    {
        lock (gate)
        {
            while (receipt.Epoch == status.Epoch && unacknowledged.TryPeek(out var first) && first.Receipt.Position <= receipt.Position)
            {
                acknowledging = AcknowledgeAfterAsync(acknowledging, unacknowledged.Dequeue().Message, receipt.Epoch);
            }
        }
    }

    // MQTTnet acknowledges on whatever connection stands, so what belongs to an earlier one is left out; QoS 0 sends nothing.
    private async Task AcknowledgeAfterAsync(Task before, Net.MqttApplicationMessageReceivedEventArgs message, long epoch)
    {
        await before;
        Task sent = client.IsConnected && epoch == status.Epoch ? message.AcknowledgeAsync(CancellationToken.None) : Task.CompletedTask;
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain) => TryPublish(Encoding.UTF8.GetString(topic), payload, qos, retain);

    /// <inheritdoc/>
    public bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain) => outbox.Writer.TryWrite((MqttNetMapping.MessageOf(topic, payload, qos, retain), null));

    /// <summary>The next connection takes it up: no difference is sent on the living one, and what is gone is not taken back.</summary>
    public void Subscribe(IReadOnlyList<MqttSubscription> subscriptions) => this.subscriptions = subscriptions;

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancel)
    {
        TaskCompletionSource done = New();
        await outbox.Writer.WriteAsync((null, done), cancel);
        await done.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Func<MqttTransportStatus, MqttTransportStatus> change)
    {
        lock (gate)
        {
            status = change(status);
        }
    }
}
