namespace SensorPipeline.Worker.Options;

/// <summary>How the service can be observed. Export through OTLP follows the <c>OTEL_*</c> environment variables.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Whether <c>/metrics</c> answers Prometheus.</summary>
    public bool Prometheus { get; init; } = true;

    /// <summary>The least serious log entries that are written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log entries are written.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;
}
