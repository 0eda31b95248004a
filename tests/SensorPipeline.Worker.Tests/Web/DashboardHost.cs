using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Tests.Web;

/// <summary>The page on a real server and a free port of the loopback.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication application;

    private DashboardHost(WebApplication application, ManualClock clock)
    {
        this.application = application;
        Clock = clock;
        Client = new HttpClient { BaseAddress = new Uri(application.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public ManualClock Clock { get; }

    public HttpClient Client { get; }

    public static async Task<DashboardHost> StartAsync(IDashboardSource source, DashboardOptions? options = null)
    {
        var clock = new ManualClock();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        WebApplication application = builder.Build();
        application.MapDashboard(source, options);
        await application.StartAsync();
        return new DashboardHost(application, clock);
    }

    public Task StopAsync() => application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await application.DisposeAsync();
    }
}
