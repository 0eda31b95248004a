namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>The suite over the adapter for other libraries, with a library that is always at hand.</summary>
public sealed class AdapterConformanceTests : TransportConformance
{
    protected override IMqttTransport Create(MqttClientOptions options) => new AdaptedClient(options);

    protected override string? Lacks(BrokerFeature feature) => AdaptedClient.Lacks(feature);

    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password) =>
        new DevelopmentBrokerUnderTest(await DevelopmentBroker.StartAsync(new DevelopmentBrokerOptions
        {
            MaximumQueued = 1_000_000,
            Authenticate = password is null ? null : (user, given) => (user, given) == ("sensors", password),
        }));
}
