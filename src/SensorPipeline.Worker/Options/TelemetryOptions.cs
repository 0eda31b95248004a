using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>How the service can be observed. Export through OTLP follows the <c>OTEL_*</c> environment variables.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> answers Prometheus.</summary>
    public bool Prometheus { get; init; } = true;

    /// <summary>
    /// Sensors that <c>/metrics/sensors</c> tells of by name, the first that were seen; 0 switches it off. Every sensor is eight series for whoever
    /// scrapes, and a name comes from the network.
    /// </summary>
    [Range(0, 100_000)]
    public int SensorMetrics { get; init; }

    /// <summary>The least serious log entries that are written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log entries are written.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;
}
