using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance;

public sealed class MosquittoConformanceTests : TransportConformance
{
    protected override async Task<IBrokerUnderTest> StartBrokerAsync()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        return new MosquittoUnderTest(await MosquittoBroker.StartAsync(persistent: true));
    }
}
