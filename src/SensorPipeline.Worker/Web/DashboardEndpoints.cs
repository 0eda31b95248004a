using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>Puts the page on a server: <c>/</c>, its files under <c>/assets</c>, <c>/events</c>, and what it shows under <c>/api</c>. Nothing can be changed through it.</summary>
public static class DashboardEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the page for a source. Time is that of the registered <see cref="TimeProvider"/>, or the system's.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes, IDashboardSource source, DashboardOptions? options = null)
    {
        options ??= new DashboardOptions();
        TimeProvider clock = routes.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        CancellationToken stopping = routes.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var guard = new RequestGuard(options);
        var camera = new FleetCamera(source, clock, options.Interval);
        var stream = new EventStream(source, camera, options, clock, stopping);
        var assets = new EmbeddedAssets();

        void Map(string pattern, RequestDelegate handler) => routes.MapMethods(pattern, Methods, guard.Guard(handler)).ExcludeFromDescription();

        Map("/", context => assets.ServeAsync(context, "index.html"));
        foreach (string name in assets.Names.Where(name => name != "index.html"))
        {
            Map("/assets/" + name, context => assets.ServeAsync(context, name));
        }

        Map("/events", stream.ServeAsync);
        MapApi(Map, source, camera);
    }

    private static void MapApi(Action<string, RequestDelegate> map, IDashboardSource source, FleetCamera camera)
    {
        map("/api/status", Answer("service", frame => new FramePayload { Service = frame.Service, Counts = frame.Counts, Detail = frame.Detail }));
        map("/api/fleet", Answer("fleet", frame => new FramePayload { Fleet = frame.Fleet }));
        map("/api/sensor", Answer("sensor", frame => frame.Sensor?.Summary is null ? null : new FramePayload { Sensor = frame.Sensor }));
        map("/api/groups", Answer("groups", frame => new FramePayload { Groups = frame.Groups, Group = frame.Group }));
        map("/api/mixtures", Answer("mixtures", frame => new FramePayload { Mixtures = frame.Mixtures, Mixture = frame.Mixture }));
        map("/api/events", Answer("fleet", frame => new FramePayload { Events = frame.Events ?? [] }));
        map("/api/names", async context =>
        {
            await source.LookAsync(context.RequestAborted);
            await WriteNamesAsync(context, camera.Picture().Sensors);
        });

        // The view's own parameters apply: name, search, state, rows.
        RequestDelegate Answer(string kind, Func<FramePayload, FramePayload?> select) => async context =>
        {
            if (ViewRequest.From(context.Request.Query, kind) is not { } view)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            await source.LookAsync(context.RequestAborted);
            if (select(new FrameComposer(source, view).Compose(camera.Picture())) is not { } payload)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await context.Response.WriteAsJsonAsync(payload, DashboardJson.Default.FramePayload, cancellationToken: context.RequestAborted);
        };
    }

    private static Task WriteNamesAsync(HttpContext context, IReadOnlyList<SensorSummary> sensors) =>
        context.Response.WriteAsJsonAsync([.. sensors.Select(sensor => sensor.Sensor)], DashboardJson.Default.ListString, cancellationToken: context.RequestAborted);
}
