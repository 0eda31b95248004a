using System.Text;

namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>The built-in client as if it were another library: it connects once when told to, and hands over one message at a time.</summary>
internal sealed class AdaptedClient(MqttClientOptions options) : MqttTransportAdapter(options, TimeProvider.System, new Random(1)), IMqttReceiver
{
    private readonly HashSet<MqttSubscription> subscribed = [];
    private CancellationTokenSource stop = new();
    private TaskCompletionSource<(MqttReason, bool)> answered = new();
    private Task running = Task.CompletedTask;
    private MqttClient? client;

    protected override bool IsConnected => client?.Status.IsConnected ?? false;

    /// <summary>What the adapter does not do with any library.</summary>
    public static string? Lacks(BrokerFeature feature) => feature switch
    {
        BrokerFeature.Properties => "properties and subscription identifiers are not handed over",
        BrokerFeature.HoldsBack => "whether reading stops is the library's affair, and bytes are not counted",
        BrokerFeature.PassesOver => "what is too large is the library's affair, and not counted",
        _ => null,
    };

    protected override async Task<(MqttReason Answer, bool SessionPresent)> ConnectAsync(CancellationToken cancel)
    {
        await DisconnectAsync();
        subscribed.Clear();
        answered = new TaskCompletionSource<(MqttReason, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        stop = new CancellationTokenSource();
        TimeSpan never = TimeSpan.FromDays(1);
        client = new MqttClient(Options with { Subscriptions = [], FormerFilters = [], BackoffMinimum = never, BackoffMaximum = never }, TimeProvider.System, new Random(1));
        running = client.RunAsync(this, stop.Token);
        return await answered.Task.WaitAsync(cancel);
    }

    public void OnConnected(in MqttConnected connected) => answered.TrySetResult((MqttReason.Success, connected.SessionPresent));

    public void OnDisconnected(MqttFault fault)
    {
        bool first = fault.Kind == MqttFaultKind.Refused ? answered.TrySetResult((fault.Reason, false)) : answered.TrySetException(new IOException(fault.Text));
        if (!first)
        {
            OnEnded();
        }
    }

    protected override bool IsFault(Exception exception) => exception is IOException;

    public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
    {
        var copies = new List<(Received Message, byte[] Payload)>();
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            MqttMessage message = messages[i];
            var copy = new Received(Encoding.UTF8.GetString(message.Topic), "", message.Qos, message.Retain, message.Duplicate, message.PacketId, receipt);
            copies.Insert(0, (copy, message.Payload.ToArray()));
            receipt = message.Qos > 0 ? receipt with { Position = receipt.Position - 1 } : receipt;
        }

        return new ValueTask(DeliverAsync(client!, copies));
    }

    private async Task DeliverAsync(MqttClient from, List<(Received, byte[])> copies)
    {
        foreach ((Received message, byte[] payload) in copies)
        {
            await DeliverAsync(message.Topic, payload, message.Qos, message.Retain, message.Duplicate, message.PacketId, AcknowledgeAsync);

            Task AcknowledgeAsync()
            {
                from.Acknowledge(message.Receipt);
                return Task.CompletedTask;
            }
        }
    }

    protected override async Task<MqttReason> SubscribeAsync(MqttSubscription subscription, CancellationToken cancel)
    {
        subscribed.Add(subscription);
        await ChangeAsync(cancel);
        return MqttReason.Success;
    }

    // The client takes back only what it knows of.
    protected override async Task UnsubscribeAsync(string filter, CancellationToken cancel)
    {
        await SubscribeAsync(new MqttSubscription { Filter = filter }, cancel);
        subscribed.RemoveWhere(subscription => subscription.Filter == filter);
        await ChangeAsync(cancel);
    }

    private async Task ChangeAsync(CancellationToken cancel)
    {
        client!.Subscribe([.. subscribed]);
        while (!client.Status.IsReady)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancel);
        }
    }

    protected override async Task<MqttReason> PublishAsync(string topic, byte[] payload, int qos, bool retain, CancellationToken cancel)
    {
        client!.TryPublish(topic, payload, qos, retain);
        await client.FlushAsync(cancel);
        return MqttReason.Success;
    }

    protected override async Task DisconnectAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    public override async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        stop.Dispose();
    }
}
