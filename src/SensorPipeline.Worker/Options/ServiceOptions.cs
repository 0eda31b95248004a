using System.ComponentModel.DataAnnotations;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Options;

/// <summary>Everything an operator can say: the configuration section <c>SensorPipeline</c>.</summary>
public sealed record ServiceOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "SensorPipeline";

    /// <summary>
    /// Name of this instance: part of every output topic and of the MQTT client identifier, so it must stay the same across restarts. Default: the host's name.
    /// </summary>
    [RegularExpression("^[^+#/\\s\\0$]{1,64}$", ErrorMessage = "expected a name of 1 to 64 characters without spaces, +, #, / and $")]
    public string Instance { get; init; } = Environment.MachineName;

    /// <summary>The broker to read from and publish to.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Which messages are readings. A topic is taken by the first source in the list that matches.</summary>
    public IReadOnlyList<SourceOptions> Sources { get; init; } = [];

    /// <summary>When a reading is called an outlier.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>Groups of sensors that measure one quantity.</summary>
    public IReadOnlyList<FusionGroupOptions> Fusion { get; init; } = [];

    /// <summary>Groups of sensors whose joint behaviour falls into regimes.</summary>
    public IReadOnlyList<MixtureGroupOptions> Mixtures { get; init; } = [];

    /// <summary>Groups of sensors that belong together, each of which can be expected from the others.</summary>
    public IReadOnlyList<JointGroupOptions> Joint { get; init; } = [];

    /// <summary>How results are published.</summary>
    public PublishOptions Publish { get; init; } = new();

    /// <summary>What survives a restart, and where it is kept.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>How the service can be observed.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Web page, health and metrics.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>What the service refuses to exceed.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>Graphs the sensors are spread over; more than one uses more than one processor core.</summary>
    [Range(1, 256)]
    public int Shards { get; init; } = 1;

    /// <summary>The MQTT client identifier, which a persistent session belongs to.</summary>
    internal string ClientId => $"sensor-pipeline-{Instance}";
}
