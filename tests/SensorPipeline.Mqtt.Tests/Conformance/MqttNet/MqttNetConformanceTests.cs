using SensorPipeline.Mqtt.MqttNet;

namespace SensorPipeline.Mqtt.Tests.Conformance.MqttNet;

/// <summary>The suite over the MQTTnet adapter; what it is not expected to do is skipped with the reason.</summary>
public sealed class MqttNetConformanceTests : TransportConformance
{
    protected override IMqttTransport Create(MqttClientOptions options) => new MqttNetTransport(options, TimeProvider.System, new Random(1));

    protected override string? Lacks(BrokerFeature feature) => AdaptedClient.Lacks(feature);

    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password) =>
        new DevelopmentBrokerUnderTest(await DevelopmentBroker.StartAsync(new DevelopmentBrokerOptions
        {
            MaximumQueued = 1_000_000,
            Authenticate = password is null ? null : (user, given) => (user, given) == ("sensors", password),
        }));
}
