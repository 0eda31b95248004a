namespace SensorPipeline.Mqtt.Tests.Faults;

public sealed class BadNetworkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Segments_of_any_size_carry_the_same_messages(int largest)
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await using var proxy = new FaultProxy(broker.Port) { LargestPiece = largest };
        await using RunningClient client = RunningClient.Start(RunningClient.Options(proxy.Port, MqttProtocolVersion.V5, ("in", 2)));
        await client.ReadyAsync();
        for (int i = 0; i < 100; i++)
        {
            client.Publish("in", $"{i}", i % 3);
        }

        await client.FlushAsync();
        List<Received> got = await client.Receiver.NextAsync(100);
        for (int qos = 0; qos <= 2; qos++)
        {
            Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 3 == qos).Select(i => $"{i}"), got.Where(m => m.Qos == qos).Select(m => m.Payload));
        }
    }

    [Fact]
    public async Task Connections_cut_again_and_again_lose_no_acknowledged_message()
    {
        const int Count = 3000;
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await using var proxy = new FaultProxy(broker.Port);
        await using RunningClient subscriber = RunningClient.Start(RunningClient.Options(proxy.Port, MqttProtocolVersion.V5, ("in", 1)));
        await subscriber.ReadyAsync();
        await using RunningClient publisher = RunningClient.Start(RunningClient.Options(proxy.Port));
        await publisher.ReadyAsync();
        for (int i = 0; i < Count; i++)
        {
            publisher.Publish("in", $"{i}");
            if (i % 500 == 250)
            {
                proxy.Cut();
                await publisher.Receiver.NextConnectionAsync();
            }
        }

        await publisher.FlushAsync();
        var seen = new HashSet<string>();
        while (seen.Count < Count)
        {
            seen.Add((await subscriber.Receiver.NextAsync()).Payload);
        }

        Assert.InRange(publisher.Client.Status.Reconnects, 6, 100);
    }

    [Fact]
    public async Task A_half_open_link_is_given_up_and_replaced()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await using var proxy = new FaultProxy(broker.Port);
        MqttClientOptions options = RunningClient.Options(proxy.Port, MqttProtocolVersion.V5, ("in", 1)) with { KeepAlive = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(1) };
        await using RunningClient client = RunningClient.Start(options);
        await client.ReadyAsync();
        proxy.Stall();
        Assert.Equal(MqttFaultKind.TimedOut, (await client.Receiver.NextFaultAsync()).Kind);
        proxy.Resume();
        await client.ReadyAsync();
        client.Publish("in", "after");
        Assert.Equal("after", (await client.Receiver.NextAsync()).Payload);
    }

    [Fact]
    public async Task Corrupted_bytes_end_the_connection_and_a_new_one_carries_on()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await using var proxy = new FaultProxy(broker.Port);
        await using RunningClient client = RunningClient.Start(RunningClient.Options(proxy.Port, MqttProtocolVersion.V5, ("in", 1)));
        await client.ReadyAsync();
        proxy.FromBroker = piece =>
        {
            proxy.FromBroker = null;
            piece.Span[0] = 0;
        };
        client.Publish("in", "first");
        Assert.Equal(MqttFaultKind.Protocol, (await client.Receiver.NextFaultAsync()).Kind);
        await client.ReadyAsync();
        await client.FlushAsync();
        Assert.Equal("first", (await client.Receiver.NextAsync()).Payload);
    }
}
