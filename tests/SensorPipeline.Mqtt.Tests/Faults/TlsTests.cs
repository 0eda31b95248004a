using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Faults;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates certificates = new();

    public void Dispose() => certificates.Dispose();

    private static MqttClientOptions Options(int port, MqttTlsOptions tls) =>
        RunningClient.Options(port, MqttProtocolVersion.V5, ("in", 1)) with { Host = "localhost", Tls = tls, BackoffMinimum = TimeSpan.FromMilliseconds(10) };

    private static async Task<string> FaultOfAsync(MqttClientOptions options)
    {
        await using RunningClient client = RunningClient.Start(options);
        MqttFault fault = await client.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.Untrusted, true), (fault.Kind, fault.NeedsAttention));
        return fault.Text;
    }

    private static async Task EchoAsync(MqttClientOptions options)
    {
        await using RunningClient client = RunningClient.Start(options);
        await client.ReadyAsync();
        string large = new('x', 300_000);
        client.Publish("in", large);
        Assert.Equal(large, (await client.Receiver.NextAsync()).Payload);
    }

    [Fact]
    public async Task A_trusted_certificate_is_accepted_and_every_other_is_refused_in_words()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        await using var good = new FaultProxy(broker.Port, new SslServerAuthenticationOptions { ServerCertificate = certificates.Issue("localhost") });
        await EchoAsync(Options(good.Port, new MqttTlsOptions { CaFile = certificates.CaFile }));
        await EchoAsync(Options(good.Port, new MqttTlsOptions { Insecure = true }));
        Assert.Contains("Broker:Tls:CaFile", await FaultOfAsync(Options(good.Port, new MqttTlsOptions())), StringComparison.Ordinal);
        string elsewhere = await FaultOfAsync(Options(good.Port, new MqttTlsOptions { CaFile = certificates.CaFile, ServerName = "elsewhere" }));
        Assert.Contains("not for 'elsewhere'", elsewhere, StringComparison.Ordinal);
        Assert.Contains("no-such-file", await FaultOfAsync(Options(good.Port, new MqttTlsOptions { CaFile = certificates.PathOf("no-such-file") })), StringComparison.Ordinal);
        await using var old = new FaultProxy(broker.Port, new SslServerAuthenticationOptions { ServerCertificate = certificates.Issue("localhost", expired: true) });
        Assert.Contains("dates", await FaultOfAsync(Options(old.Port, new MqttTlsOptions { CaFile = certificates.CaFile })), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_older_than_TLS_1_2_is_spoken() =>
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, new TlsHandshake(new MqttTlsOptions { Insecure = true }, "localhost").Options().EnabledSslProtocols);

    [Fact]
    public async Task A_client_certificate_is_shown_and_a_renewed_one_is_taken_up()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        var shown = new List<string>();
        using X509Certificate2 server = certificates.Issue("localhost");
        await using var proxy = new FaultProxy(broker.Port, new SslServerAuthenticationOptions
        {
            ServerCertificate = server,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown.Add(certificate?.GetSerialNumberString() ?? "none");
                return certificate is not null;
            },
        });
        using X509Certificate2 first = certificates.Issue("device");
        MqttClientOptions options = Options(proxy.Port, new MqttTlsOptions { CaFile = certificates.CaFile, CertificateFile = certificates.PathOf("device.pem"), KeyFile = certificates.PathOf("device.key") });
        await using RunningClient client = RunningClient.Start(options);
        await client.ReadyAsync();
        using X509Certificate2 other = certificates.Issue("renewed-device");
        File.Copy(certificates.PathOf("renewed-device.pem"), certificates.PathOf("device.pem"), overwrite: true);
        File.Copy(certificates.PathOf("renewed-device.key"), certificates.PathOf("device.key"), overwrite: true);
        proxy.Cut();
        await client.ReadyAsync();
        Assert.Equal([first.GetSerialNumberString(), other.GetSerialNumberString()], shown);
    }

    [Fact]
    public async Task Mosquitto_speaks_TLS_and_WebSocket_with_the_client()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        using X509Certificate2 server = certificates.Issue("localhost");
        string[] tls = [$"cafile {certificates.CaFile}", $"certfile {certificates.PathOf("localhost.pem")}", $"keyfile {certificates.PathOf("localhost.key")}"];
        await using (MosquittoBroker broker = await MosquittoBroker.StartAsync(new MosquittoOptions { MoreLines = tls }))
        {
            await EchoAsync(Options(broker.Port, new MqttTlsOptions { CaFile = certificates.CaFile }));
        }

        // mosquitto 2.0.11 does not start with WebSocket listeners alone, so they stand beside its plain one.
        int plain = MosquittoBroker.FreePort();
        int secured = MosquittoBroker.FreePort();
        string[] listeners = [$"listener {plain} 127.0.0.1", "protocol websockets", $"listener {secured} 127.0.0.1", "protocol websockets", .. tls];
        await using (await MosquittoBroker.StartAsync(new MosquittoOptions { MoreLines = listeners }))
        {
            await EchoAsync(RunningClient.Options(plain, MqttProtocolVersion.V5, ("in", 1)) with { WebSocketPath = "/mqtt" });
            MqttClientOptions options = Options(secured, new MqttTlsOptions { CaFile = certificates.CaFile }) with { WebSocketPath = "/mqtt" };
            await EchoAsync(options);
            Assert.Contains("Broker:Tls:CaFile", await FaultOfAsync(options with { Tls = new MqttTlsOptions() }), StringComparison.Ordinal);
        }
    }
}
