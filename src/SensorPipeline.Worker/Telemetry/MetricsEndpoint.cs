using Microsoft.Net.Http.Headers;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Telemetry;

/// <summary><c>/metrics</c> and <c>/metrics/sensors</c>, as Prometheus scrapes them.</summary>
public static class MetricsEndpoint
{
    private const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Answers scrapes: OpenMetrics where it is asked for, the classic text otherwise, 500 where metrics could not be collected.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints, PrometheusExporter exporter) =>
        endpoints.MapGet("/metrics", context => AnswerAsync(context, exporter));

    /// <summary>Answers scrapes of sensors by name, from hosts that may see the page.</summary>
    internal static IEndpointConventionBuilder MapSensorMetrics(this IEndpointRouteBuilder endpoints, SensorMetrics sensors, RequestGuard guard) =>
        endpoints.MapGet("/metrics/sensors", guard.Guard(async context =>
        {
            PrometheusFormat format = Negotiate(context.Request.Headers.Accept.ToString());
            await AnswerAsync(context, format, await sensors.WriteAsync(format, context.RequestAborted));
        }));

    private static async Task AnswerAsync(HttpContext context, PrometheusExporter exporter)
    {
        PrometheusFormat format = Negotiate(context.Request.Headers.Accept.ToString());
        if (await exporter.ScrapeAsync(format, context.RequestAborted) is not { } text)
        {
            // An empty page would look like a service without readings.
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        await AnswerAsync(context, format, text);
    }

    private static async Task AnswerAsync(HttpContext context, PrometheusFormat format, byte[] text)
    {
        context.Response.ContentType = format == PrometheusFormat.OpenMetrics ? OpenMetricsType : TextType;
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
    }

    private static PrometheusFormat Negotiate(string accept)
    {
        return MediaTypeHeaderValue.TryParseList([accept], out IList<MediaTypeHeaderValue>? offers) &&
            Quality(offers, "application/openmetrics-text") > Quality(offers, "text/plain") ? PrometheusFormat.OpenMetrics : PrometheusFormat.Text;
    }

    private static double Quality(IList<MediaTypeHeaderValue> offers, string type) =>
        offers.Where(offer => offer.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(offer => offer.Quality ?? 1).DefaultIfEmpty(0).Max();
}
