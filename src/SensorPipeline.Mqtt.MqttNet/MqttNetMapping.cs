using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Protocol;
using Net = MQTTnet;
using Version = MQTTnet.Formatter.MqttProtocolVersion;

namespace SensorPipeline.Mqtt.MqttNet;

/// <summary>Our options and messages in MQTTnet's words.</summary>
internal static class MqttNetMapping
{
    public static Net.MqttClientOptions OptionsOf(MqttClientOptions options)
    {
        bool v5 = options.ProtocolVersion == MqttProtocolVersion.V5;
        Net.MqttClientOptionsBuilder builder = new Net.MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port).WithProtocolVersion(v5 ? Version.V500 : Version.V311)
            .WithClientId(options.ClientId).WithCleanSession(options.CleanStart).WithKeepAlivePeriod(options.KeepAlive).WithTimeout(options.ConnectTimeout)
            .WithTlsOptions(tls => Secure(tls, options));
        builder = options.Username is null ? builder : builder.WithCredentials(options.Username, options.Password?.Invoke());
        if (v5)
        {
            builder.WithSessionExpiryInterval((uint)Math.Min(uint.MaxValue, options.SessionExpiry.TotalSeconds))
                .WithReceiveMaximum((ushort)options.ReceiveMaximum).WithMaximumPacketSize((uint)options.MaximumPacketSize)
                .WithWillDelayInterval((uint)(options.Will?.Delay.TotalSeconds ?? 0));
        }

        if (options.Will is { } will)
        {
            builder.WithWillTopic(will.Topic).WithWillPayload(will.Payload.ToArray()).WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.Qos).WithWillRetain(will.Retain);
        }

        return builder.Build();
    }

    private static void Secure(Net.MqttClientTlsOptionsBuilder builder, MqttClientOptions options)
    {
        builder.UseTls(options.Tls is not null);
        if (options.Tls is not { } tls)
        {
            return;
        }

        builder.WithTargetHost(tls.ServerName ?? options.Host).WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
            .WithRevocationMode(tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck);
        if (tls.CaFile is not null)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(tls.CaFile);
            builder.WithTrustChain(authorities);
        }

        if (tls.CertificateFile is not null)
        {
            builder.WithClientCertificates(new X509Certificate2Collection(X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile)));
        }

        if (tls.Insecure)
        {
            builder.WithCertificateValidationHandler(_ => true);
        }
    }

    public static Net.MqttClientSubscribeOptions OptionsOf(MqttSubscription wanted, MqttProtocolVersion version)
    {
        bool v5 = version == MqttProtocolVersion.V5;
        var handling = v5 ? (MQTTnet.Protocol.MqttRetainHandling)(int)wanted.RetainHandling : default;
        return new Net.MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(wanted.Filter, (MqttQualityOfServiceLevel)wanted.Qos, v5 && wanted.NoLocal, v5 && wanted.RetainAsPublished, handling).Build();
    }

    public static Net.MqttApplicationMessage MessageOf(string topic, ReadOnlySpan<byte> payload, int qos, bool retain) => TopicFilter.IsTopicName(topic)
        ? new Net.MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload.ToArray()).WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).WithRetainFlag(retain).Build()
        : throw new ArgumentException("not a topic name", nameof(topic));
}
