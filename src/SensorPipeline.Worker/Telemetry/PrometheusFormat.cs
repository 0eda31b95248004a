namespace SensorPipeline.Worker.Telemetry;

/// <summary>A text format Prometheus reads.</summary>
public enum PrometheusFormat
{
    /// <summary><c>text/plain; version=0.0.4</c>.</summary>
    Text,

    /// <summary><c>application/openmetrics-text; version=1.0.0</c>.</summary>
    OpenMetrics,
}
