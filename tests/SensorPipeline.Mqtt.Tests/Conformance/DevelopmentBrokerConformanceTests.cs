namespace SensorPipeline.Mqtt.Tests.Conformance;

public sealed class DevelopmentBrokerConformanceTests : TransportConformance
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync() => new DevelopmentBrokerUnderTest(await DevelopmentBroker.StartAsync());
}
