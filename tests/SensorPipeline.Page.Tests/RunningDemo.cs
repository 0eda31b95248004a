using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using SensorPipeline.EndToEnd;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Page.Tests;

/// <summary>The demo as a user starts it, after it has shown a little of everything, and a browser; one for all tests.</summary>
public sealed partial class RunningDemo : IAsyncLifetime
{
    private const ulong Seed = 1;
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly Workplace place = new("{}");
    private readonly HttpClient client = new();
    private ServiceProcess? demo;
    private DateTimeOffset start;

    internal Browser Browser { get; private set; } = null!;

    public string Address => $"http://localhost:{place.HttpPort}";

    public int BrokerPort { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (Browser.Executable is null)
        {
            return;
        }

        demo = ServiceProcess.Start(place.Folder, "demo", "--port", $"{place.HttpPort}", "--seed", $"{Seed}");
        Browser = await Browser.StartAsync();
        BrokerPort = int.Parse(BrokerLine().Match(await demo.WaitForAsync("page  ")).Groups[1].Value, CultureInfo.InvariantCulture);
        while (start == default)
        {
            // The first reading is at the scenario's beginning; a history still holds it.
            JsonElement times = await HistoryAsync("lounge/ceiling/temperature", "time");
            start = times.ValueKind == JsonValueKind.Array && times.GetArrayLength() > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(times[0].GetInt64()) : default;
        }

        while (await SecondsAsync() < Warm.TotalSeconds)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (demo is not null)
        {
            await Browser.DisposeAsync();
            await demo.DisposeAsync();
        }

        place.Dispose();
    }

    /// <summary>What the service answers to a question of the page.</summary>
    public async Task<JsonElement> GetAsync(string question)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"{Address}/api/{question}"), TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken) : default;
    }

    /// <summary>The quantity a group measures, as it was.</summary>
    public double TruthAt(string quantity, long milliseconds) => new DemoScenario(Seed).TruthAt(quantity, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) - start);

    /// <summary>The outliers that were put into readings so far: whose, and when.</summary>
    public IEnumerable<(string Sensor, long Milliseconds)> Injected()
    {
        var scenario = new DemoScenario(Seed);
        TimeSpan soFar = TimeProvider.System.GetUtcNow() - start;
        return scenario.Readings().TakeWhile(reading => reading.Offset < soFar).Where(reading => reading.Injection > 0)
            .Select(reading => (scenario.Sensors[reading.Sensor].Name, (start + reading.Offset).ToUnixTimeMilliseconds()));
    }

    private async Task<double> SecondsAsync()
    {
        JsonElement times = await HistoryAsync("lounge/ceiling/temperature", "time");
        return (DateTimeOffset.FromUnixTimeMilliseconds(times[times.GetArrayLength() - 1].GetInt64()) - start).TotalSeconds;
    }

    private async Task<JsonElement> HistoryAsync(string sensor, string column)
    {
        JsonElement answer = await GetAsync("sensor?name=" + Uri.EscapeDataString(sensor));
        return answer.ValueKind == JsonValueKind.Object ? answer.GetProperty("sensor").GetProperty("history").GetProperty(column) : default;
    }

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BrokerLine();
}
