using System.Text.Json.Nodes;

namespace SensorPipeline.Worker.Telemetry;

/// <summary><c>/health/live</c> and <c>/health/ready</c>: 200 where every check is in order, 503 otherwise, and a JSON body that says which.</summary>
public static class HealthEndpoints
{
    /// <summary>Answers both.</summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints, IHealthState state)
    {
        RouteGroupBuilder health = endpoints.MapGroup("/health");
        health.MapGet("/live", context => AnswerAsync(context, state.Live(), "live"));
        health.MapGet("/ready", context => AnswerAsync(context, state.Ready(), "ready"));
        return health;
    }

    private static async Task AnswerAsync(HttpContext context, IReadOnlyList<HealthCheck> checks, string good)
    {
        bool ok = checks.All(check => check.Ok);
        var body = new JsonObject { ["status"] = ok ? good : $"not {good}" };
        var details = new JsonObject();
        foreach (HealthCheck check in checks)
        {
            details[check.Name] = new JsonObject { ["ok"] = check.Ok, ["detail"] = check.Detail };
        }

        body["checks"] = details;
        context.Response.StatusCode = ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
