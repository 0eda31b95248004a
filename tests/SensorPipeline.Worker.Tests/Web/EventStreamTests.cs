using System.Net;
using System.Text.Json;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Web;

public class EventStreamTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_sees_what_changes_and_the_past_once()
    {
        var source = new FakeSource();
        int sensor = source.Add("kitchen/b");
        source.Read(sensor, 0, 20);
        source.Raise(sensor, EventKind.Stuck);
        await using DashboardHost host = await DashboardHost.StartAsync(source);
        using StreamReader stream = await OpenAsync(host, "/events?view=sensor&name=kitchen/b");

        JsonElement first = await NextAsync(host, stream);
        source.Read(sensor, 1, 22);
        source.Change(sensor, state => state with { Value = 22 });
        JsonElement second = await NextAsync(host, stream);

        Assert.Equal("[20]", first.GetProperty("sensor").GetProperty("history").GetProperty("value").GetRawText());
        Assert.Equal("stuck", first.GetProperty("events")[0].GetProperty("kind").GetString());
        Assert.Equal("[22]", second.GetProperty("sensor").GetProperty("history").GetProperty("value").GetRawText());
        Assert.False(second.TryGetProperty("events", out _));
    }

    [Fact]
    public async Task Who_looks_at_one_sensor_is_told_of_no_other()
    {
        var source = new FakeSource();
        source.Raise(source.Add("a"), EventKind.Stuck);
        source.Raise(source.Add("b"), EventKind.Drift);
        await using DashboardHost host = await DashboardHost.StartAsync(source);
        using StreamReader stream = await OpenAsync(host, "/events?view=sensor&name=b");

        JsonElement events = (await NextAsync(host, stream)).GetProperty("events");

        Assert.Equal(1, events.GetArrayLength());
        Assert.Equal("drift", events[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Where_nothing_changes_only_a_sign_of_life_is_sent()
    {
        var source = new FakeSource();
        source.Add("a");
        await using DashboardHost host = await DashboardHost.StartAsync(source);
        using StreamReader stream = await OpenAsync(host, "/events");
        DateTimeOffset before = host.Clock.GetUtcNow();
        Assert.StartsWith("data: ", await stream.ReadLineAsync(Ending), StringComparison.Ordinal);

        string line = await LineAsync(host, stream);

        Assert.Equal(": still here", line);
        Assert.True(host.Clock.GetUtcNow() - before >= TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Viewers_are_limited_and_one_who_leaves_makes_room()
    {
        var source = new FakeSource();
        await using DashboardHost host = await DashboardHost.StartAsync(source, new DashboardOptions { MaxViewers = 1 });
        StreamReader stream = await OpenAsync(host, "/events");
        await NextAsync(host, stream);

        using HttpResponseMessage second = await host.Client.GetAsync("/events", Ending);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);

        stream.Dispose();
        HttpStatusCode status = HttpStatusCode.ServiceUnavailable;
        while (status != HttpStatusCode.OK)
        {
            using HttpResponseMessage third = await host.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Ending);
            status = third.StatusCode;
        }
    }

    [Fact]
    public async Task A_service_that_stops_does_not_wait_for_its_viewers()
    {
        await using DashboardHost host = await DashboardHost.StartAsync(new FakeSource());
        using StreamReader stream = await OpenAsync(host, "/events");
        await NextAsync(host, stream);

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), Ending);

        Assert.Equal("", (await stream.ReadToEndAsync(Ending)).Trim());
    }

    [Fact]
    public async Task Several_viewers_cost_one_picture_an_interval()
    {
        var source = new FakeSource();
        source.Add("a");
        await using DashboardHost host = await DashboardHost.StartAsync(source);
        using StreamReader first = await OpenAsync(host, "/events");
        using StreamReader second = await OpenAsync(host, "/events?view=groups");
        await first.ReadLineAsync(Ending);
        await second.ReadLineAsync(Ending);

        Assert.Equal(1, source.Copies);
    }

    private static async Task<StreamReader> OpenAsync(DashboardHost host, string address)
    {
        HttpResponseMessage answer = await host.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Ending);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Ending));
    }

    private static async Task<JsonElement> NextAsync(DashboardHost host, StreamReader stream)
    {
        string line = await LineAsync(host, stream);
        Assert.StartsWith("data: ", line, StringComparison.Ordinal);
        return JsonDocument.Parse(line["data: ".Length..]).RootElement;
    }

    // The clock moves on until the server, which has its own thread, says something.
    private static async Task<string> LineAsync(DashboardHost host, StreamReader stream)
    {
        string line = "";
        while (line.Length == 0)
        {
            Task<string?> reading = stream.ReadLineAsync(Ending).AsTask();
            while (!reading.IsCompleted)
            {
                host.Clock.Advance(TimeSpan.FromMilliseconds(200));
                await Task.Yield();
            }

            line = await reading ?? throw new EndOfStreamException();
        }

        return line;
    }
}
