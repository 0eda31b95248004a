namespace SensorPipeline.Mqtt.Tests.Conformance;

public sealed class DevelopmentBrokerConformanceTests : TransportConformance
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password) =>
        new DevelopmentBrokerUnderTest(await DevelopmentBroker.StartAsync(new DevelopmentBrokerOptions
        {
            MaximumQueued = 1_000_000,
            Authenticate = password is null ? null : (user, given) => (user, given) == ("sensors", password),
        }));
}
