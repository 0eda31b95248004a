using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>An edge node that speaks Sparkplug B, through a real mosquitto into the real executable.</summary>
public class SparkplugTests
{
    // NBIRTH: bdSeq 4, temperature (alias 1, Float 20), sequence 0; two NDATA by alias with 21.5 and 22.5; NDEATH of bdSeq 4.
    private static readonly byte[] Birth = Convert.FromHexString("08EAF2F5A8A02B120B0A0562645365712004580412160A0B74656D706572617475726510012009650000A0411800");
    private static readonly byte[] Data = Convert.FromHexString("08D2FAF5A8A02B12071001650000AC411801");
    private static readonly byte[] MoreData = Convert.FromHexString("08BA82F6A8A02B12071001650000B4411802");
    private static readonly byte[] Death = Convert.FromHexString("08EAF2F5A8A02B120B0A05626453657120045804");

    private const string Configuration = """
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" },
            "Sources": [ { "Preset": "sparkplug", "Sparkplug": { "RequestRebirth": true } } ] } }
        """;

    [Fact]
    public async Task A_node_is_asked_for_its_birth_understood_after_a_restart_and_silent_once_it_dies()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration);
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#", "spBv1.0/+/NCMD/#");
        await tap.Connected;
        await using (ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port)))
        {
            await service.ReadyAsync(place.HttpPort);
            await tap.PublishAsync("spBv1.0/plant/NDATA/edge", Data);
            await tap.WaitForAsync(message => message.Topic == "spBv1.0/plant/NCMD/edge" && message.Payload.Contains("Node Control/Rebirth", StringComparison.Ordinal));
            await tap.PublishAsync("spBv1.0/plant/NBIRTH/edge", Birth);
            await tap.PublishAsync("spBv1.0/plant/NDATA/edge", Data);
            await tap.WaitForAsync(message => ValueOf(message) == 21.5);
            Assert.Equal(0, await service.TerminateAsync());
        }

        await using ServiceProcess again = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await again.ReadyAsync(place.HttpPort);
        await tap.PublishAsync("spBv1.0/plant/NDATA/edge", MoreData);
        await tap.WaitForAsync(message => ValueOf(message) == 22.5);
        await tap.PublishAsync("spBv1.0/plant/NDEATH/edge", Death);
        (_, string told) = await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/plant/edge/temperature/event");
        Assert.Equal("silent", JsonDocument.Parse(told).RootElement.GetProperty("kind").GetString());
        Assert.Equal(0, await again.TerminateAsync());
    }

    private static double ValueOf((string Topic, string Payload) message) =>
        message.Topic == "sensor-pipeline/test/sensor/plant/edge/temperature/state" ? JsonDocument.Parse(message.Payload).RootElement.GetProperty("value").GetDouble() : double.NaN;
}
