using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Streams.Graph;

/// <summary>Everything but its inputs that the graph's results depend on.</summary>
public sealed record GraphOptions
{
    /// <summary>The false-alarm budget and memories.</summary>
    public DetectionOptions Detection { get; init; } = new();

    /// <summary>Groups that are fused.</summary>
    public IReadOnlyList<FusionOptions> Fusion { get; init; } = [];

    /// <summary>Groups that have a mixture.</summary>
    public IReadOnlyList<MixtureOptions> Mixtures { get; init; } = [];

    /// <summary>Groups that are judged by their joint Gaussian.</summary>
    public IReadOnlyList<JointOptions> Joint { get; init; } = [];

    /// <summary>The greatest number of groups.</summary>
    public int MaximumGroups { get; init; } = 10_000;

    /// <summary>The greatest number of members of a group.</summary>
    public int MaximumMembers { get; init; } = 64;

    /// <summary>Tells options apart by what they say.</summary>
    [JsonIgnore]
    public ulong Hash => ContentHash.Of(Encoding.UTF8.GetBytes(ToJson()));

    /// <summary>The options of a line that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public static GraphOptions Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<GraphOptions>(json) ?? throw new InvalidDataException("The stored options are null.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"The stored options are unreadable: {fault.Message}", fault);
        }
    }

    /// <summary>The options as one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);
}
