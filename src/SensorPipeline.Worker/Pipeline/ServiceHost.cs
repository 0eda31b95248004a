using System.Net;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>The service together with what can be asked over HTTP: page, health and metrics.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private const int MaximumConnections = 512;
    private const int MaximumRequestBytes = 64 * 1024;

    private readonly WebApplication web;
    private readonly ServiceTelemetry telemetry;
    private readonly ServiceMetrics metrics;
    private readonly ServiceOptions options;
    private readonly SystemdNotifier? systemd;
    private readonly ConfigurationReload? reload;
    private readonly TimeProvider clock;

    /// <summary>Opens the state and prepares the server for a configuration; edits of its file are taken while the service runs.</summary>
    public ServiceHost(LoadedConfiguration loaded, ProcessContext process)
        : this(loaded.Options!, process)
    {
        reload = loaded is { File: { } file, Request: { } request }
            ? new ConfigurationReload(request, file, Service, clock, Logs.CreateLogger<ConfigurationReload>())
            : null;
    }

    /// <summary>Opens the state and prepares the server; nothing runs yet.</summary>
    public ServiceHost(ServiceOptions options, ProcessContext process)
    {
        this.options = options;
        clock = process.Clock;
        systemd = SystemdNotifier.From(process.Variables);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = process.ExecutableDirectory });

        // An empty builder reads no environment, and the exporter of logs asks the host's configuration where to send them.
        builder.Configuration.AddInMemoryCollection(process.Variables.Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))!);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(process.Clock);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Parse(options.Http.Bind), options.Http.Port);
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = MaximumConnections;
            server.Limits.MaxRequestBodySize = MaximumRequestBytes;
        });
        ServiceTelemetry.ConfigureLogging(builder.Logging, options, process.Variables);
        web = builder.Build();
        Logs = web.Services.GetRequiredService<ILoggerFactory>();
        Service = new Service(options, process.Clock, Logs);
        telemetry = new ServiceTelemetry(options, process.Variables, process.Clock);
        metrics = new ServiceMetrics(Service.Counts, process.Clock);
        Service.Metrics = metrics;
        Map();
    }

    /// <summary>The service.</summary>
    public Service Service { get; }

    /// <summary>Where it logs to.</summary>
    public ILoggerFactory Logs { get; }

    /// <summary>The address of page and metrics, once it runs.</summary>
    public string Address => web.Urls.FirstOrDefault() ?? "";

    /// <summary>Runs until it is stopped.</summary>
    /// <exception cref="AddressInUseException">The port is taken.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        await StartWebAsync();
        ServiceLog.Started(
            Logs.CreateLogger<Service>(),
            string.Join(", ", Service.Filters),
            $"{options.Broker.Host}:{options.Broker.Port}",
            Address);
        using var watched = new CancellationTokenSource();
        systemd?.Ready();
        Task watching = systemd?.WatchAsync(() => Service.Health.Live().All(check => check.Ok), clock, watched.Token) ?? Task.CompletedTask;
        using var edited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task reloading = reload?.RunAsync(edited.Token) ?? Task.CompletedTask;
        try
        {
            await Service.RunAsync(stop);
        }
        finally
        {
            systemd?.Stopping();
            await watched.CancelAsync();
            await edited.CancelAsync();
            await watching;
            await reloading;
        }

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await web.StopAsync(now.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        systemd?.Dispose();
        metrics.Dispose();
        telemetry.Dispose();
        await Service.DisposeAsync();
        await web.DisposeAsync();
    }

    private async Task StartWebAsync()
    {
        try
        {
            await web.StartAsync();
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new AddressInUseException($"{options.Http.Bind}:{options.Http.Port} is in use: set SensorPipeline:Http:Port to a free port, or 0 for any", fault);
        }
    }

    private void Map()
    {
        bool isOpen = !IPAddress.IsLoopback(IPAddress.Parse(options.Http.Bind));
        if (isOpen)
        {
            var gate = new TokenGate(options.Http.TokenFile is { } file ? File.ReadAllText(file).Trim() : null, clock);
            web.Use(next => context => gate.PassAsync(context, next));
        }

        DashboardOptions shown = isOpen ? new DashboardOptions { AllowedHosts = null } : new DashboardOptions();
        web.UseRouting();
        web.MapHealth(Service.Health);
        if (telemetry.Prometheus is { } prometheus)
        {
            web.MapMetrics(prometheus);
        }

        if (options.Telemetry.SensorMetrics > 0)
        {
            web.MapSensorMetrics(new SensorMetrics(Service.Dashboard, options.Telemetry.SensorMetrics), new RequestGuard(shown));
        }

        web.MapDashboard(Service.Dashboard, shown);
    }

    // Signals are the command line's business.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
