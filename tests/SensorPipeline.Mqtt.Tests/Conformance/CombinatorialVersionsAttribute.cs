using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>Runs a theory for each protocol version.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialVersionsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<MqttProtocolVersion>(MqttProtocolVersion.V311), new TheoryDataRow<MqttProtocolVersion>(MqttProtocolVersion.V5)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
