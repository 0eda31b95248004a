using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Options;

/// <summary>What the MQTT client needs to know of the configuration.</summary>
internal static class ClientOptionsMapping
{
    /// <summary>What the service subscribes to: what its sources read, and whether Home Assistant has started where it is told of sensors.</summary>
    public static IReadOnlyList<MqttSubscription> ToSubscriptions(this PublishOptions publish, IEnumerable<SubscriptionFilter> filters) =>
    [
        .. filters.Select(filter => new MqttSubscription { Filter = filter.Filter, Qos = filter.Qos, Identifier = filter.Identifier, NoLocal = true }),
        .. publish.HomeAssistant ? [new MqttSubscription { Filter = $"{publish.HomeAssistantPrefix}/status", Qos = 1 }] : Array.Empty<MqttSubscription>(),
    ];

    /// <summary>How to reach the broker, as a client of this identifier that subscribes to nothing yet.</summary>
    public static MqttClientOptions ToClientOptions(this BrokerOptions broker, string clientId) => new()
    {
        Host = broker.Host,
        Port = broker.Port,
        ClientId = clientId,
        ProtocolVersion = broker.Protocol == MqttVersion.V5 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311,
        SessionExpiry = broker.SessionExpiry,
        KeepAlive = broker.KeepAlive,
        ConnectTimeout = broker.ConnectTimeout,
        Username = broker.Username,
        Password = broker.PasswordFile is { } file ? () => File.ReadAllText(file).TrimEnd('\r', '\n') : null,
        Tls = broker.Tls.Enabled
            ? new MqttTlsOptions
            {
                CaFile = broker.Tls.CaFile,
                CertificateFile = broker.Tls.CertificateFile,
                KeyFile = broker.Tls.KeyFile,
                Insecure = broker.Tls.Insecure,
            }
            : null,
    };
}
