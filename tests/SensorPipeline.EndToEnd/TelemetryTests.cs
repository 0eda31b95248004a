using System.Collections.Concurrent;
using System.Net;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>What leaves over OTLP, as a collector gets it.</summary>
public sealed class TelemetryTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_trace_that_a_device_began_goes_on_in_the_service_and_logs_and_metrics_come_too()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        Assert.SkipWhen(!File.Exists("/usr/bin/mosquitto_pub"), "mosquitto_pub is missing; on Debian: apt-get install mosquitto-clients");
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace("""{ "SensorPipeline": { "Sources": [ { "Topic": "sensors/{name...}" } ], "Storage": { "Durability": "None" } } }""");
        using var collector = new Collector();
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, variables, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        using var publisher = System.Diagnostics.Process.Start(
            "/usr/bin/mosquitto_pub",
            ["-p", $"{broker.Port}", "-V", "mqttv5", "-q", "1", "-t", "sensors/a", "-m", "21.5", "-D", "publish", "user-property", "traceparent", $"00-{Trace}-00f067aa0ba902b7-01"]);
        await publisher.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, publisher.ExitCode);

        await collector.WaitForAsync("/v1/traces", Convert.FromHexString(Trace), Patience);
        await collector.WaitForAsync("/v1/metrics", "sensorpipeline.readings.accepted"u8.ToArray(), Patience);
        await collector.WaitForAsync("/v1/logs", "connected to the broker"u8.ToArray(), Patience);
    }

    /// <summary>Takes what is sent to it.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();

        public Collector()
        {
            Address = $"http://127.0.0.1:{Workplace.FreePort()}";
            listener.Prefixes.Add(Address + "/");
            listener.Start();
            _ = TakeAsync();
        }

        public string Address { get; }

        public async Task WaitForAsync(string path, byte[] content, TimeSpan patience)
        {
            using var limit = new CancellationTokenSource(patience, TimeProvider.System);
            while (!received.Any(request => request.Path == path && request.Body.AsSpan().IndexOf(content) >= 0))
            {
                Assert.False(limit.IsCancellationRequested, $"{path} got {received.Count(request => request.Path == path)} requests, none of them with what was expected");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        public void Dispose() => listener.Close();

        private async Task TakeAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
