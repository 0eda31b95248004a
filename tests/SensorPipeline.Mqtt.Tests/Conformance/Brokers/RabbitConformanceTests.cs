namespace SensorPipeline.Mqtt.Tests.Conformance.Brokers;

public sealed class RabbitConformanceTests(RabbitBroker rabbit) : TransportConformance, IClassFixture<RabbitBroker>
{
    private const string Missing = "RabbitMQ is not installed: apt-get install rabbitmq-server";

    protected override string? Lacks(BrokerFeature feature) => feature switch
    {
        BrokerFeature.Version5 => "3.10 speaks 3.1.1 only",
        BrokerFeature.Qos2 => "QoS 2 is granted and answered as 1",
        BrokerFeature.SameIdentifiers => "messages sent again bear new identifiers",
        BrokerFeature.RetainedForWildcards => "retained messages come for filters without wildcards only",
        BrokerFeature.UnsubscribeOfEarlier => "only what the same connection subscribed can be taken back",
        _ => null,
    };

    protected override Task<IBrokerUnderTest> StartBrokerAsync(string? password)
    {
        Assert.SkipUnless(RabbitBroker.IsInstalled, Missing);
        return Task.FromResult(rabbit.Broker);
    }
}
