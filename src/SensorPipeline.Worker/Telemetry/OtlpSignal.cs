namespace SensorPipeline.Worker.Telemetry;

/// <summary>Whether the environment asks for export over OTLP, signal by signal.</summary>
internal static class OtlpSignal
{
    /// <summary>Metrics.</summary>
    public const string Metrics = "METRICS";

    /// <summary>Traces.</summary>
    public const string Traces = "TRACES";

    /// <summary>Logs.</summary>
    public const string Logs = "LOGS";

    /// <summary>
    /// Whether a signal is exported: where <c>OTEL_{signal}_EXPORTER</c> says so, and where it says nothing if there is an endpoint to
    /// export to. Without either nothing is sent: a collector that does not exist would fill the log.
    /// </summary>
    public static bool IsOn(string signal, IReadOnlyDictionary<string, string> variables)
    {
        if (variables.TryGetValue($"OTEL_{signal}_EXPORTER", out string? exporters) && exporters.Length > 0)
        {
            return exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp");
        }

        return Says(variables, "OTEL_EXPORTER_OTLP_ENDPOINT") || Says(variables, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
    }

    private static bool Says(IReadOnlyDictionary<string, string> variables, string name) => variables.TryGetValue(name, out string? value) && value.Length > 0;
}
