using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Protocol;
using SensorPipeline.Mqtt.Connections;
using Net = MQTTnet;
using Version = MQTTnet.Formatter.MqttProtocolVersion;

namespace SensorPipeline.Mqtt.MqttNet;

/// <summary>Our options in MQTTnet's words.</summary>
internal static class MqttNetOptions
{
    public static Net.MqttClientOptions Of(MqttClientOptions options)
    {
        Net.MqttClientOptionsBuilder builder = new Net.MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithClientId(options.ClientId)
            .WithCleanSession(options.CleanStart)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.ConnectTimeout)
            .WithTlsOptions(tls => Secure(tls, options));
        if (options.Username is not null)
        {
            builder.WithCredentials(options.Username, options.Password?.Invoke());
        }

        if (options.Will is { } will)
        {
            builder.WithWillTopic(will.Topic)
                .WithWillPayload(will.Payload.ToArray())
                .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.Qos)
                .WithWillRetain(will.Retain);
        }

        return (options.ProtocolVersion == MqttProtocolVersion.V5 ? Version5(builder, options) : builder.WithProtocolVersion(Version.V311)).Build();
    }

    // MQTTnet refuses these in 3.1.1, which does not know them.
    private static Net.MqttClientOptionsBuilder Version5(Net.MqttClientOptionsBuilder builder, MqttClientOptions options) => builder
        .WithProtocolVersion(Version.V500)
        .WithSessionExpiryInterval((uint)Math.Min(uint.MaxValue, options.SessionExpiry.TotalSeconds))
        .WithReceiveMaximum((ushort)options.ReceiveMaximum)
        .WithMaximumPacketSize((uint)options.MaximumPacketSize)
        .WithWillDelayInterval((uint)(options.Will?.Delay.TotalSeconds ?? 0));

    // The built-in client knows how to read the files.
    private static void Secure(Net.MqttClientTlsOptionsBuilder builder, MqttClientOptions options)
    {
        builder.UseTls(options.Tls is not null);
        if (options.Tls is not { } tls)
        {
            return;
        }

        SslClientAuthenticationOptions ours = new TlsHandshake(tls, options.Host).Options();
        builder.WithTargetHost(ours.TargetHost).WithSslProtocols(ours.EnabledSslProtocols).WithRevocationMode(ours.CertificateRevocationCheckMode);
        if (ours.CertificateChainPolicy is { } policy)
        {
            builder.WithTrustChain(policy.CustomTrustStore);
        }

        if (ours.ClientCertificateContext is { } own)
        {
            builder.WithClientCertificates(new X509Certificate2Collection(own.TargetCertificate));
        }

        if (tls.Insecure)
        {
            builder.WithCertificateValidationHandler(_ => true);
        }
    }
}
