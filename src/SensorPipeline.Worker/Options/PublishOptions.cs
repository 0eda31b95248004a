using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>How results are published.</summary>
public sealed record PublishOptions
{
    /// <summary>Shortest time between two states of one sensor or group.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether sensors announce themselves to Home Assistant.</summary>
    public bool HomeAssistant { get; init; }

    /// <summary>Patterns of the names of the sensors that do; by default all, up to the limit.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> HomeAssistantSensors { get; init; } = ["#"];

    /// <summary>Most sensors that do; each is three entities.</summary>
    [Range(1, 10_000)]
    public int HomeAssistantLimit { get; init; } = 200;

    /// <summary>The first levels of Home Assistant's own topics, as configured there.</summary>
    [RegularExpression("^[^+#\\s\\0$]{1,64}$", ErrorMessage = "expected a topic of 1 to 64 characters without spaces, +, # and $")]
    public string HomeAssistantPrefix { get; init; } = "homeassistant";
}
