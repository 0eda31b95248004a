using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>
/// Exports metrics, traces and logs: to Prometheus when it scrapes, over OTLP when the <c>OTEL_*</c> variables name a collector.
/// </summary>
public sealed class ServiceTelemetry : IDisposable
{
    private const string ServiceName = "sensor-pipeline";
    private const string ExemplarFilter = "OTEL_METRICS_EXEMPLAR_FILTER";
    private readonly MeterProvider meters;
    private readonly TracerProvider? traces;

    /// <summary>Starts collecting and, where asked for, exporting.</summary>
    /// <param name="options">The service's options.</param>
    /// <param name="variables">Environment variables, <c>OTEL_*</c> among them.</param>
    /// <param name="clock">The clock.</param>
    public ServiceTelemetry(ServiceOptions options, IReadOnlyDictionary<string, string> variables, TimeProvider clock)
    {
        Prometheus = options.Telemetry.Prometheus ? new PrometheusExporter(clock) : null;
        meters = BuildMeters(options, variables);
        traces = OtlpSignal.IsOn(OtlpSignal.Traces, variables) ? BuildTraces(options, variables) : null;
    }

    /// <summary>Source of spans: one a batch or slower, never one a message.</summary>
    public static ActivitySource Activities { get; } = new(ServiceMetrics.MeterName);

    /// <summary>What <c>/metrics</c> serves, or null where that is switched off.</summary>
    public PrometheusExporter? Prometheus { get; }

    /// <summary>Sends what has not been sent yet and stops.</summary>
    public void Dispose()
    {
        traces?.Dispose();
        meters.Dispose();
        Prometheus?.Dispose();
    }

    /// <summary>Logs to the error output, and over OTLP when the variables ask for it.</summary>
    public static void ConfigureLogging(ILoggingBuilder logging, ServiceOptions options, IReadOnlyDictionary<string, string> variables)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.Telemetry.LogLevel);

        // The framework tells of every request; that is worth knowing only when it fails.
        logging.AddFilter("Microsoft", options.Telemetry.LogLevel > LogLevel.Warning ? options.Telemetry.LogLevel : LogLevel.Warning);

        // A server that cannot start is told by whoever starts it, in one line and without a stack.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Telemetry.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(simple => (simple.SingleLine, simple.UseUtcTimestamp, simple.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' "));
        }

        if (OtlpSignal.IsOn(OtlpSignal.Logs, variables))
        {
            // A host has a configuration of its own, which holds the same variables.
            logging.Services.TryAddSingleton(ConfigurationOf(variables));
            logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(Describe(ResourceBuilder.CreateEmpty(), options)).AddOtlpExporter());
        }
    }

    private MeterProvider BuildMeters(ServiceOptions options, IReadOnlyDictionary<string, string> variables)
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(ConfigurationOf(variables)))
            .ConfigureResource(resource => Describe(resource, options))
            .AddMeter(ServiceMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel");
        if (Prometheus is { } prometheus)
        {
            builder.AddReader(new BaseExportingMetricReader(prometheus));
        }

        // As OpenTelemetry has it where nobody says otherwise, and its library does not.
        if (OtlpSignal.IsOn(OtlpSignal.Traces, variables) && !variables.ContainsKey(ExemplarFilter))
        {
            builder.SetExemplarFilter(ExemplarFilterType.TraceBased);
        }

        if (OtlpSignal.IsOn(OtlpSignal.Metrics, variables))
        {
            builder.AddOtlpExporter();
        }

        return builder.Build();
    }

    private static TracerProvider BuildTraces(ServiceOptions options, IReadOnlyDictionary<string, string> variables) => Sdk.CreateTracerProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(ConfigurationOf(variables)))
        .ConfigureResource(resource => Describe(resource, options))
        .AddSource(ServiceMetrics.MeterName)
        .AddOtlpExporter()
        .Build();

    // What the environment says of the service comes last, so it wins.
    private static ResourceBuilder Describe(ResourceBuilder resource, ServiceOptions options) => resource.Clear()
        .AddTelemetrySdk()
        .AddService(ServiceName, serviceVersion: typeof(ServiceTelemetry).Assembly.GetName().Version?.ToString(3), serviceInstanceId: options.Instance)
        .AddAttributes([new("host.name", Environment.MachineName)])
        .AddEnvironmentVariableDetector();

    private static IConfiguration ConfigurationOf(IReadOnlyDictionary<string, string> variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value))).Build();
}
