using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

/// <summary>Meters are found by name in the whole process, so tests that make the service's meter run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeterCollection
{
    public const string Name = "The service's meter";
}
