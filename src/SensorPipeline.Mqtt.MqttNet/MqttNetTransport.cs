using System.Buffers;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using Net = MQTTnet;

namespace SensorPipeline.Mqtt.MqttNet;

/// <summary>
/// MQTTnet 5.1 behind the transport seam, acknowledged by hand, for teams that standardise on it. Of the conformance suite it is expected to
/// pass everything but properties, topic aliases, subscription identifiers, a receiver that holds back, and in 3.1.1 a message over our maximum.
/// </summary>
public sealed class MqttNetTransport : MqttTransportAdapter
{
    private readonly Net.IMqttClient client = new Net.MqttClientFactory().CreateMqttClient();

    /// <summary>Makes a transport; it does nothing until it is run. The parameters are those of <see cref="MqttClient"/>.</summary>
    public MqttNetTransport(MqttClientOptions options, TimeProvider clock, Random jitter)
        : base(options, clock, jitter)
    {
        client.ApplicationMessageReceivedAsync += TakeAsync;
        client.DisconnectedAsync += _ =>
        {
            OnEnded();
            return Task.CompletedTask;
        };
    }

    /// <inheritdoc/>
    protected override bool IsConnected => client.IsConnected;

    private Task TakeAsync(Net.MqttApplicationMessageReceivedEventArgs received)
    {
        received.AutoAcknowledge = false;
        Net.MqttApplicationMessage message = received.ApplicationMessage;
        return DeliverAsync(
            message.Topic,
            message.Payload.ToArray(),
            (int)message.QualityOfServiceLevel,
            message.Retain,
            message.Dup,
            received.PacketIdentifier,
            () => received.AcknowledgeAsync(CancellationToken.None));
    }

    /// <inheritdoc/>
    protected override async Task<(MqttReason Answer, bool SessionPresent)> ConnectAsync(CancellationToken cancel)
    {
        Net.MqttClientConnectResult result = await client.ConnectAsync(MqttNetOptions.Of(Options), cancel);
        return ((MqttReason)(byte)result.ResultCode, result.IsSessionPresent);
    }

    /// <inheritdoc/>
    protected override async Task<MqttReason> SubscribeAsync(MqttSubscription subscription, CancellationToken cancel)
    {
        bool v5 = Options.ProtocolVersion == MqttProtocolVersion.V5;
        Net.MqttClientSubscribeOptions asked = new Net.MqttClientSubscribeOptionsBuilder().WithTopicFilter(
            subscription.Filter,
            (MqttQualityOfServiceLevel)subscription.Qos,
            v5 && subscription.NoLocal,
            v5 && subscription.RetainAsPublished,
            v5 ? (MQTTnet.Protocol.MqttRetainHandling)(int)subscription.RetainHandling : default).Build();
        Net.MqttClientSubscribeResult result = await client.SubscribeAsync(asked, cancel);
        return (MqttReason)(byte)result.Items.Single().ResultCode;
    }

    /// <inheritdoc/>
    protected override Task UnsubscribeAsync(string filter, CancellationToken cancel) =>
        client.UnsubscribeAsync(new Net.MqttClientUnsubscribeOptionsBuilder().WithTopicFilter(filter).Build(), cancel);

    /// <inheritdoc/>
    protected override async Task<MqttReason> PublishAsync(string topic, byte[] payload, int qos, bool retain, CancellationToken cancel)
    {
        Net.MqttApplicationMessage message = new Net.MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos)
            .WithRetainFlag(retain)
            .Build();
        return (MqttReason)(byte)(await client.PublishAsync(message, cancel)).ReasonCode;
    }

    /// <inheritdoc/>
    protected override async Task DisconnectAsync() =>
        await client.DisconnectAsync(new Net.MqttClientDisconnectOptions(), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    protected override bool IsFault(Exception exception) => exception is MqttCommunicationException or MqttProtocolViolationException;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
