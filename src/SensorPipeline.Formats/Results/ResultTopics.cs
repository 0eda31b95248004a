using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Results;

/// <summary>The topics of one instance's results. Names of sensors and groups keep their levels.</summary>
public sealed class ResultTopics
{
    private const string Root = "sensor-pipeline";

    /// <summary>The topics of an instance; what no topic level can hold is replaced in its name.</summary>
    public ResultTopics(string instance)
    {
        Prefix = $"{Root}/{SafeName.Level(instance)}";
        Status = $"{Prefix}/status";
        About = $"{Prefix}/info";
        Audit = $"{Prefix}/audit";
        All = $"{Prefix}/#";
    }

    /// <summary>What all topics begin with.</summary>
    public string Prefix { get; }

    /// <summary><c>online</c> or <c>offline</c>, retained; the Last Will.</summary>
    public string Status { get; }

    /// <summary>The <see cref="ServiceDescription"/>, retained.</summary>
    public string About { get; }

    /// <summary>The <see cref="AuditReport"/>, retained.</summary>
    public string Audit { get; }

    /// <summary>A filter of all topics: no input may overlap it.</summary>
    public string All { get; }

    /// <summary>A sensor's state, retained.</summary>
    public string SensorState(string sensor) => $"{Prefix}/sensor/{sensor}/state";

    /// <summary>A sensor's events.</summary>
    public string SensorEvent(string sensor) => $"{Prefix}/sensor/{sensor}/event";

    /// <summary>A group's fused estimate.</summary>
    public string GroupState(string group) => $"{Prefix}/group/{group}/state";

    /// <summary>A group's events.</summary>
    public string GroupEvent(string group) => $"{Prefix}/group/{group}/event";

    /// <summary>A group's mixture, retained.</summary>
    public string MixtureModel(string group) => $"{Prefix}/mixture/{group}/model";

    /// <summary>The regime a group is in.</summary>
    public string MixtureState(string group) => $"{Prefix}/mixture/{group}/state";
}
