using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Tests.Web;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

[Collection(MeterCollection.Name)]
public sealed class EndpointTests : IAsyncLifetime, IHealthState
{
    private readonly ServiceTelemetry telemetry = new(new ServiceOptions(), new Dictionary<string, string>(), new ManualClock());
    private readonly PrometheusExporter broken = new(new ManualClock());
    private readonly FakeSource sensors = new();
    private readonly HttpClient client = new();
    private WebApplication service = null!;
    private bool connected;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        service = builder.Build();
        service.Urls.Add("http://127.0.0.1:0");
        service.MapMetrics(telemetry.Prometheus!);
        service.MapGroup("/broken").MapMetrics(broken);
        service.MapSensorMetrics(new SensorMetrics(sensors, 10), new RequestGuard(new DashboardOptions()));
        service.MapHealth(this);
        await service.StartAsync(TestContext.Current.CancellationToken);
        client.BaseAddress = new Uri(service.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        client.Dispose();
        telemetry.Dispose();
        broken.Dispose();
    }

    public IReadOnlyList<HealthCheck> Live() => [new("pipeline", true, "advancing")];

    public IReadOnlyList<HealthCheck> Ready() => [new("broker", connected, connected ? "subscribed" : "no connection"), new("storage", true, "writable")];

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("somewhere.else", HttpStatusCode.MisdirectedRequest)]
    public async Task Names_of_sensors_are_told_to_no_page_of_another_host(string host, HttpStatusCode status)
    {
        sensors.Add("kitchen");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics/sensors") { Headers = { Host = host } };

        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK, (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("kitchen", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/html, */*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;q=0.4, text/plain;q=0.5", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public async Task Metrics_come_in_the_format_that_is_asked_for(string? accept, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.Content.Headers.GetValues("Content-Type").Single());
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("target_info{", text, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("application", StringComparison.Ordinal), text.EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_that_cannot_be_collected_are_an_error_and_no_empty_page()
    {
        using HttpResponseMessage response = await client.GetAsync("/broken/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task A_service_without_its_broker_is_live_and_not_ready()
    {
        Assert.Equal((HttpStatusCode.OK, """{"status":"live","checks":{"pipeline":{"ok":true,"detail":"advancing"}}}"""), await GetAsync("/health/live"));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"not ready","checks":{"broker":{"ok":false,"detail":"no connection"},"storage":{"ok":true,"detail":"writable"}}}"""),
            await GetAsync("/health/ready"));

        connected = true;

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health/ready")).Status);
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
