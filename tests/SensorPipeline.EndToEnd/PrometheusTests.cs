using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>A real Prometheus on the running demo: it takes every scrape, and every expression we ship finds data.</summary>
public sealed partial class PrometheusTests : IAsyncLifetime
{
    private const int ScrapesWanted = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly Workplace place = new("{}");
    private readonly HttpClient client = new();
    private readonly int port = Workplace.FreePort();
    private ServiceProcess? demo;
    private Process? prometheus;
    private int brokerPort;

    private static string? Executable { get; } = new[] { "/usr/bin/prometheus", "/usr/local/bin/prometheus" }.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        demo = ServiceProcess.Start(place.Folder, "demo", "--port", $"{place.HttpPort}");
        await File.WriteAllTextAsync(place.PathOf("prometheus.yml"), $$"""
            global: { scrape_interval: 3s, scrape_timeout: 3s }
            scrape_configs:
              - job_name: sensor-pipeline
                static_configs: [{ targets: ["localhost:{{place.HttpPort}}"] }]
              - job_name: sensor-pipeline-sensors
                metrics_path: /metrics/sensors
                static_configs: [{ targets: ["localhost:{{place.HttpPort}}"] }]
            """);
        brokerPort = int.Parse(BrokerLine().Match(await demo.WaitForAsync("readings  ")).Groups[1].Value, CultureInfo.InvariantCulture);
        prometheus = Process.Start(new ProcessStartInfo(
            Executable,
            [$"--config.file={place.PathOf("prometheus.yml")}", $"--storage.tsdb.path={place.PathOf("tsdb")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (prometheus is not null)
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
            prometheus.Dispose();
        }

        if (demo is not null)
        {
            await demo.DisposeAsync();
        }

        place.Dispose();
    }

    [Fact]
    public async Task Every_expression_of_dashboards_and_alerts_finds_data_and_no_scrape_fails()
    {
        Assert.SkipWhen(Executable is null, "prometheus is missing; on Debian: apt-get install prometheus");
        string[] expressions = [.. DashboardExpressions(), .. AlertExpressions()];
        Assert.True(expressions.Length > 50, $"{expressions.Length} expressions");
        using var patience = new CancellationTokenSource(Patience);
        await WaitAsync($"sum(count_over_time(up[10m])) >= {2 * ScrapesWanted}", patience.Token);

        // The audit comes once a minute, and what it says is in the alerts. A panel of rejects has nothing to show before something is rejected.
        await WaitAsync("sensorpipeline_alarms_rate_per_day{bound=\"realised\"}", patience.Token);
        await SpoilAsync(patience.Token);
        await WaitAsync("rate(sensorpipeline_readings_rejected_total{reason=\"malformed\"}[30s]) > 0", patience.Token);

        var empty = new List<string>();
        foreach (string expression in expressions)
        {
            if (await AskAsync(expression, patience.Token) == 0)
            {
                empty.Add(expression);
            }
        }

        Assert.True(empty.Count == 0, string.Join("\n", empty));
        Assert.Equal(0, await AskAsync("min_over_time(up[10m]) == 0", patience.Token));
        Assert.Equal(0, await AskAsync("{otel_metric_overflow=\"true\"}", patience.Token));
        Assert.Equal("", await CheckAsync(patience.Token));
    }

    // What Prometheus' own tool has to complain of, or nothing.
    private async Task<string> CheckAsync(CancellationToken cancel)
    {
        using Process promtool = Process.Start(new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(Executable)!, "promtool"), ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(await client.GetStringAsync(new Uri($"http://localhost:{place.HttpPort}/metrics"), cancel));
        promtool.StandardInput.Close();
        string said = await promtool.StandardError.ReadToEndAsync(cancel);
        await promtool.WaitForExitAsync(cancel);
        return promtool.ExitCode == 0 ? "" : $"{promtool.ExitCode}: {said}";
    }

    // What an operator fills in, and comparisons as numbers: an alert that does not fire has no data of its own.
    private static IEnumerable<string> DashboardExpressions() => Directory.GetFiles(PathOf("docker/grafana/dashboards"), "*.json").SelectMany(file =>
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!
                .Replace("$__rate_interval", "30s", StringComparison.Ordinal).Replace("$__range", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal)
                .Replace("$sensor", "lounge/ceiling/temperature", StringComparison.Ordinal).Replace("$group", "lounge/temperature", StringComparison.Ordinal)).ToArray();
    });

    private static IEnumerable<string> AlertExpressions() => Alert().Matches(File.ReadAllText(PathOf("docker/prometheus/rules.yml")))
        .Select(match => Comparison().Replace(match.Groups[1].Value.Replace("|\n", "", StringComparison.Ordinal), "$1 bool"))
        .Where(expression => !expression.Contains("otel_metric_overflow", StringComparison.Ordinal));

    private async Task WaitAsync(string expression, CancellationToken cancel)
    {
        while (await AskAsync(expression, cancel) == 0)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancel);
        }
    }

    private async Task<int> AskAsync(string expression, CancellationToken cancel)
    {
        try
        {
            using var question = new FormUrlEncodedContent([KeyValuePair.Create("query", expression)]);
            using HttpResponseMessage answer = await client.PostAsync(new Uri($"http://127.0.0.1:{port}/api/v1/query"), question, cancel);
            JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{expression}: {body}");
            return body.GetProperty("data").GetProperty("result").GetArrayLength();
        }
        catch (HttpRequestException) when (prometheus is { HasExited: false })
        {
            // It is still starting.
            return 0;
        }
    }

    private async Task SpoilAsync(CancellationToken cancel)
    {
        await using var publisher = new Publisher("127.0.0.1", brokerPort, "spoiler", TimeProvider.System);
        await publisher.Connected;
        await publisher.PublishAsync("demo/lounge/spoilt", "{\"temperature\":"u8.ToArray(), cancel);
        await publisher.FlushAsync(cancel);
    }

    private static string PathOf(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SensorPipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, name);
    }

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BrokerLine();

    [GeneratedRegex(@"expr: ((?:\|\n(?: {10}.*\n)+)|.*\n)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alert();

    [GeneratedRegex("(==|<|>)(?= )", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comparison();
}
