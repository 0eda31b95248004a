using SensorPipeline.Mqtt.Tests.Faults;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Fuzzing;

/// <summary>Records the corpus anew: what a broker says to a client that uses everything. Run with <c>-explicit only</c>.</summary>
public sealed class CorpusRecorder
{
    [Theory(Explicit = true)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Record_the_development_broker(MqttProtocolVersion version)
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await RecordAsync("development", broker.Port, version);
    }

    [Theory(Explicit = true)]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Record_mosquitto(MqttProtocolVersion version)
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await RecordAsync("mosquitto", broker.Port, version);
    }

    private static async Task RecordAsync(string name, int port, MqttProtocolVersion version)
    {
        var lines = new List<string>();
        await using var proxy = new FaultProxy(port);
        proxy.FromBroker = piece => lines.Add(Convert.ToHexString(piece.Span));
        MqttClientOptions options = RunningClient.Options(proxy.Port, version) with
        {
            TopicAliasMaximum = 4,
            Subscriptions = [new() { Filter = "in/+", Qos = 2, Identifier = 7, RetainAsPublished = true }, new() { Filter = "größe/#", Qos = 1 }, new() { Filter = "gone" }],
        };
        await using (RunningClient client = RunningClient.Start(options))
        {
            await client.ReadyAsync();
            await PublishAsync(client);
            client.Client.Subscribe([.. options.Subscriptions.SkipLast(1)]);
            await Eventually.BecomesTrue(() => client.Client.Status.IsReady, "the filter is taken back");
        }

        await File.WriteAllLinesAsync(Path.Combine(Folder(), $"{name}-{(version == MqttProtocolVersion.V5 ? "5" : "3")}.hex"), lines);
    }

    private static string Folder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SensorPipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, "tests", "SensorPipeline.Mqtt.Tests", "Fuzzing", "Corpus");
    }

    private static async Task PublishAsync(RunningClient client)
    {
        var properties = new MqttProperties();
        properties.User("k"u8, "v"u8).User("k"u8, ""u8).ContentType("application/json"u8).Expiry(TimeSpan.FromHours(1));
        for (int qos = 0; qos <= 2; qos++)
        {
            client.Publish($"in/{qos}", $"{qos}", qos);
            client.Publish("größe/x", "", qos);
            Assert.True(client.Client.TryPublish("in/p"u8, "{\"value\":21.5}"u8, qos, false, properties));
        }

        client.Publish("in/kept", new string('x', 200), 1, retain: true);
        await client.FlushAsync();
        await client.Receiver.NextAsync(10);
    }
}
