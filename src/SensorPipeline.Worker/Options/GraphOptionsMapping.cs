using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Worker.Options;

/// <summary>What the graph needs to know of the configuration.</summary>
internal static class GraphOptionsMapping
{
    /// <summary>The part of the options that results depend on.</summary>
    public static GraphOptions ToGraphOptions(this ServiceOptions options) => new()
    {
        Detection = new Streams.Detection.DetectionOptions
        {
            FalseAlarmsPerSensorPerDay = options.Detection.FalseAlarmsPerSensorPerDay,
            FalseDiscoveryRate = options.Detection.FalseDiscoveryRate,
            DailyPattern = options.Detection.DailyPattern,
            Season = options.Detection.Season,
            Memory = options.Detection.Memory,
        },
        Fusion = [.. options.Fusion.Select(group => new FusionOptions
        {
            Name = group.Name,
            Members = group.Members,
            Lateness = group.Lateness,
            Step = group.Step,
        })],
        Mixtures = [.. options.Mixtures.Select(group => new MixtureOptions
        {
            Name = group.Name,
            Members = group.Members,
            Lateness = group.Lateness,
            Step = group.Step,
            Refit = group.Refit,
            MaximumComponents = options.Limits.Components,
        })],
        Joint = [.. options.Joint.Select(group => new JointOptions
        {
            Name = group.Name,
            Members = group.Members,
            Lateness = group.Lateness,
            Step = group.Step,
            Derived = [.. group.Derived.Select(channel => new DerivedChannel(channel.Name, channel.Expression))],
        })],
        MaximumGroups = options.Limits.Groups,
        MaximumMembers = options.Limits.Members,
    };
}
