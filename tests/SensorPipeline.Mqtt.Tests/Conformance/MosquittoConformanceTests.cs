using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance;

public sealed class MosquittoConformanceTests : TransportConformance
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password)
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        return new MosquittoUnderTest(await MosquittoBroker.StartAsync(new MosquittoOptions { Persistent = true, Password = password }));
    }

    [Fact]
    public async Task A_frozen_broker_is_given_up_and_found_again_when_it_thaws()
    {
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions());
        MqttClientOptions options = RunningClient.Options(broker.Port, MqttProtocolVersion.V5, ("in", 1)) with { KeepAlive = TimeSpan.FromSeconds(1) };
        await using RunningClient client = RunningClient.Start(options);
        await client.ReadyAsync();
        broker.Freeze();
        Assert.Equal(MqttFaultKind.TimedOut, (await client.Receiver.NextFaultAsync()).Kind);
        broker.Thaw();
        await client.ReadyAsync();
    }

    [Fact]
    public async Task A_topic_we_may_not_write_is_said_with_MQTT_5()
    {
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions { AccessRules = ["topic read #", "topic write open/#"] });
        await using RunningClient client = RunningClient.Start(RunningClient.Options(broker.Port));
        await client.ReadyAsync();
        // mosquitto 2.0.11 answers with the refusal and then closes the connection, so there are two faults to tell.
        client.Publish("closed/x", "1");
        client.Publish("open/x", "1");
        await client.FlushAsync();
        MqttTransportStatus status = client.Client.Status;
        Assert.True(status is { PublishesRefused: 1, MessagesOut: 1, LastRefusal.Reason: MqttReason.NotAuthorized }, $"{status}");
    }

    [Fact]
    public async Task A_topic_we_may_not_read_is_granted_all_the_same_and_brings_nothing()
    {
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions { AccessRules = ["topic read open/#", "topic write #"] });
        await using RunningClient client = RunningClient.Start(RunningClient.Options(broker.Port, MqttProtocolVersion.V5, ("closed/#", 1), ("open/#", 1)));
        await client.ReadyAsync();
        client.Publish("closed/x", "1");
        client.Publish("open/x", "2");
        Assert.Equal("open/x", (await client.Receiver.NextAsync()).Topic);
        Assert.Null(client.Client.Status.LastRefusal);
    }

    [Fact]
    public async Task A_storm_of_retained_messages_arrives_whole_and_each_says_that_it_is_old()
    {
        const int Count = 5000;
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions());
        await using RunningClient publisher = RunningClient.Start(RunningClient.Options(broker.Port));
        for (int i = 0; i < Count; i++)
        {
            publisher.Publish($"kept/{i}", $"{i}", retain: true);
        }

        await publisher.FlushAsync();
        await using RunningClient late = RunningClient.Start(RunningClient.Options(broker.Port, MqttProtocolVersion.V5, ("kept/#", 1)));
        List<Received> got = await late.Receiver.NextAsync(Count);
        Assert.Equal(Count, got.Select(message => message.Topic).Distinct().Count());
        Assert.All(got, message => Assert.True(message.Retain));
    }

    [Fact]
    public async Task Two_clients_that_fight_over_one_identifier_are_told_so()
    {
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions());
        MqttClientOptions options = RunningClient.Options(broker.Port, MqttProtocolVersion.V5, ("in", 1));
        await using RunningClient first = RunningClient.Start(options);
        await using RunningClient second = RunningClient.Start(options);
        MqttFault fault;
        do
        {
            fault = await first.Receiver.NextFaultAsync();
        }
        while (fault.Kind == MqttFaultKind.Closed);
        Assert.Equal((MqttFaultKind.ClientIdInUse, true), (fault.Kind, fault.NeedsAttention));
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_said_and_found_when_it_comes()
    {
        await using MosquittoBroker broker = await StartAsync(new MosquittoOptions());
        await broker.KillAsync();
        await using RunningClient client = RunningClient.Start(RunningClient.Options(broker.Port));
        MqttFault fault = await client.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.Unreachable, 0L), (fault.Kind, fault.Epoch));
        Assert.Contains("Broker:Host", fault.Text, StringComparison.Ordinal);
        await broker.StartAgainAsync();
        await client.ReadyAsync();
    }

    private static async Task<MosquittoBroker> StartAsync(MosquittoOptions options)
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        return await MosquittoBroker.StartAsync(options);
    }
}
