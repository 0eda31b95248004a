using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>The service at one instant, shared by all viewers and never changed.</summary>
internal sealed class FleetPicture
{
    public required ServiceStatus Status { get; init; }

    public required IReadOnlyList<SensorSummary> Sensors { get; init; }

    public required SensorState[] States { get; init; }

    /// <summary>Severity of the worst recent reading of each sensor, fading.</summary>
    public required double[] Heat { get; init; }

    /// <summary>Indices of the sensors, worst first.</summary>
    public required int[] WorstFirst { get; init; }

    /// <summary>How many sensors are in each state.</summary>
    public required int[] Counts { get; init; }

    /// <summary>One byte a sensor, as Base64: its state in the upper three bits, its heat in units of <see cref="HeatStep"/> below.</summary>
    public required string Cells { get; init; }

    /// <summary>The latest event of each sensor; null where none is remembered.</summary>
    public required StreamEvent?[] LatestEvents { get; init; }

    public required IReadOnlyList<GroupState> Groups { get; init; }

    public required IReadOnlyList<MixtureState> Mixtures { get; init; }

    public required Dictionary<string, int> SensorByName { get; init; }

    public static double HeatStep => 0.4;
}
