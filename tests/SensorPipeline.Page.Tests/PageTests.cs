using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Page.Tests;

/// <summary>The page in a real browser, on the running demo.</summary>
public sealed class PageTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    private const string MainPlot = "#main .plot canvas";

    public static TheoryData<string, string, int> Views => new()
    {
        { "fleet", "", 1 }, { "sensor", "sensor/lounge%2Fdoor%2Ftemperature", 7 }, { "group", "groups/lounge%2Ftemperature", 4 },
        { "mixture", "mixtures/boiler", 2 }, { "service", "service", 4 },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Every_view_draws_what_it_has_and_nothing_goes_wrong(string name, string view, int plots)
    {
        Browser.SkipWhereThereIsNone();
        foreach (ColorScheme theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using Tab tab = await demo.Browser.OpenAsync(demo.Address, theme: theme);
            await tab.GoAsync(view);
            await tab.Page.WaitForFunctionAsync(
                """
                count => [...document.querySelectorAll('#main canvas')].filter(canvas => canvas.width > 0 && canvas.height > 0
                  && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(level => level > 0)).length >= count
                """,
                plots);
            await tab.ShootAsync(theme == ColorScheme.Light ? name : name + "-dark");
            Assert.Equal(plots, await tab.Page.Locator("#main canvas").CountAsync());
            Assert.All(
                await tab.Page.Locator("#main canvas").EvaluateAllAsync<string[]>("all => all.map(canvas => canvas.getAttribute('role') + ' ' + canvas.getAttribute('aria-label'))"),
                label => Assert.True(label.StartsWith("img ", StringComparison.Ordinal) && label.Length > 15, label));
            Assert.Empty(tab.Complaints);
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task At_twice_the_size_nothing_is_cut_off(string name, string view, int plots)
    {
        Browser.SkipWhereThereIsNone();
        await using Tab tab = await demo.Browser.OpenAsync(demo.Address, 640, 450);
        await tab.GoAsync(view);
        await tab.ShootAsync(name + "-large");
        Assert.Equal(plots, await tab.Page.Locator("#main canvas").CountAsync());
        Assert.True(await tab.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task An_outlier_that_was_put_in_is_seen_where_its_sensor_is_looked_at()
    {
        Browser.SkipWhereThereIsNone();
        JsonElement events = (await demo.GetAsync("events")).GetProperty("events");
        HashSet<(string, long)> told = [.. events.EnumerateArray().Where(happened => happened.GetProperty("kind").GetString() == "outlier")
            .Select(happened => (happened.GetProperty("sensor").GetString()!, happened.GetProperty("time").GetInt64()))];
        (string sensor, long time) = demo.Injected().Last(told.Contains);
        await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
        await tab.GoAsync("sensor/" + Uri.EscapeDataString(sensor));

        ILocator item = tab.Page.Locator($".events li:has(time[datetime='{DateTimeOffset.FromUnixTimeMilliseconds(time):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}'])").First;
        await item.WaitForAsync();

        Assert.StartsWith("Outlier", await item.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("is outside", await item.InnerTextAsync(), StringComparison.Ordinal);
        await tab.WaitForPixelsAsync(MainPlot, "flag", 10);
    }

    [Fact]
    public async Task The_fused_band_holds_the_truth()
    {
        Browser.SkipWhereThereIsNone();
        int frames = 0;
        int inside = 0;
        foreach (JsonElement group in (await demo.GetAsync("groups")).GetProperty("groups").EnumerateArray())
        {
            string quantity = group.GetProperty("name").GetString()!;
            JsonElement estimates = (await demo.GetAsync("groups?name=" + Uri.EscapeDataString(quantity))).GetProperty("group").GetProperty("estimates");
            double[] deviations = Column(estimates, "standardDeviation");
            double[] means = Column(estimates, "mean");
            long[] times = [.. estimates.GetProperty("time").EnumerateArray().Select(time => time.GetInt64())];
            for (int i = times.Length / 2; i < times.Length; i++)
            {
                frames++;
                inside += Math.Abs(means[i] - demo.TruthAt(quantity, times[i])) <= 2 * deviations[i] ? 1 : 0;
            }
        }

        Assert.True(frames > 300, $"{frames} frames");
        Assert.True(inside >= 0.8 * frames, $"{inside} of {frames} frames");
    }

    [Fact]
    public async Task Ellipses_of_the_mixture_are_drawn_over_the_readings_of_any_two_channels()
    {
        Browser.SkipWhereThereIsNone();
        await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
        await tab.GoAsync("mixtures/boiler");
        await tab.Page.Locator(".regimes dl").First.WaitForAsync();
        foreach (string channel in new[] { "boiler/return", "boiler/power" })
        {
            await tab.Page.Locator("select").Nth(1).SelectOptionAsync(channel);
            await tab.Page.WaitForTimeoutAsync(300);
            int drawn = 0;
            for (int label = 0; label < 8; label++)
            {
                drawn += await tab.PixelsAsync(MainPlot, "c" + label) > 12 ? 1 : 0;
            }

            Assert.True(drawn >= 2, $"{drawn} regimes in {channel}");
        }

        string weights = await tab.Page.Locator(".regimes").InnerTextAsync();
        Assert.Contains("(now)", weights, StringComparison.Ordinal);
        Assert.Contains("boiler/power", weights, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_can_be_reached_with_the_keyboard()
    {
        Browser.SkipWhereThereIsNone();
        await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
        await tab.GoAsync("");
        await tab.Page.Locator(".sensors tbody tr").First.WaitForAsync();

        await tab.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await FocusedAsync(tab));
        await tab.Page.Keyboard.PressAsync("/");
        Assert.Equal("Search sensors by name", await FocusedAsync(tab));
        await tab.Page.Locator(".strip canvas").FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await tab.Page.Locator(".strip .legend", new() { HasTextString = "lounge/ceiling/temperature" }).WaitForAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.WaitForURLAsync("**/#/sensor/**");

        await tab.Page.Locator("#budget").FocusAsync();
        await tab.Page.Locator("output", new() { HasTextString = "1\u202f000" }).WaitForAsync();
        for (int step = 0; step < 20; step++)
        {
            await tab.Page.Keyboard.PressAsync("ArrowRight");
        }

        ILocator said = tab.Page.Locator("[aria-label='Another budget'] [role=status]", new() { HasTextString = "would be flagged" });
        Assert.Contains("than by the budget in force", (await said.InnerTextAsync()).Replace("as many as by", "than by", StringComparison.Ordinal), StringComparison.Ordinal);
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Locator("output", new() { HasTextString = "1\u202f000" }).WaitForAsync();
        await tab.Page.Locator(MainPlot).First.FocusAsync();
        await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await tab.Page.Locator("p[aria-live]", new() { HasTextString = "expected" }).First.WaitForAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task A_hostile_name_is_text_and_nothing_else()
    {
        Browser.SkipWhereThereIsNone();
        const string Room = "<img src=x onerror=alert(1)>";
        const string Place = "\"'&<script>";
        await using (var publisher = new Publisher("127.0.0.1", demo.BrokerPort, "stranger", TimeProvider.System))
        {
            await publisher.Connected;
            await publisher.PublishAsync($"demo/{Room}/{Place}", Encoding.UTF8.GetBytes("""{"temperature":21.5}"""), TestContext.Current.CancellationToken);
            await publisher.FlushAsync(TestContext.Current.CancellationToken);
        }

        await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
        await tab.GoAsync("");
        await tab.Page.Locator("input[type=search]").FillAsync("onerror");
        ILocator link = tab.Page.Locator(".sensors tbody a", new() { HasTextString = "onerror" });
        Assert.Equal($"{Room}/{Place}/temperature", await link.TextContentAsync());
        await link.ClickAsync();
        await tab.Page.Locator("h1", new() { HasTextString = "onerror" }).WaitForAsync();
        await tab.GoAsync("groups/" + Uri.EscapeDataString($"{Room}/temperature"));
        await tab.Page.Locator("h1", new() { HasTextString = "onerror" }).WaitForAsync();

        Assert.Equal(0, await tab.Page.Locator("#main img, #main script").CountAsync());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_first_picture_is_there_within_a_second_and_needs_less_than_100_kB()
    {
        Browser.SkipWhereThereIsNone();
        double soonest = double.PositiveInfinity;
        double[] bytes = [];
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
            await tab.GoAsync("");
            soonest = Math.Min(soonest, await tab.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            bytes = await tab.Page.EvaluateAsync<double[]>(
                """
                () => {
                  const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(entry => !entry.name.includes('/events'));
                  return ['transferSize', 'decodedBodySize'].map(size => files.reduce((sum, entry) => sum + entry[size], 0));
                }
                """);
        }

        string found = $"first paint after {soonest:F0} ms; {bytes[0]:F0} bytes transferred, {bytes[1]:F0} unpacked";
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        Assert.True(soonest < 1000, found);
        Assert.True(bytes[0] is > 10_000 and < 30_000, found);
        Assert.True(bytes[1] is > 30_000 and < 60_000, found);
    }

    [Fact]
    public async Task A_view_is_fetched_when_somebody_goes_there()
    {
        Browser.SkipWhereThereIsNone();
        await using Tab tab = await demo.Browser.OpenAsync(demo.Address);
        await tab.GoAsync("");
        Assert.DoesNotContain("mixtures.js", await LoadedAsync(), StringComparison.Ordinal);
        await tab.Page.Locator("#nav a[data-view=mixtures]").ClickAsync();
        await tab.Page.Locator(".regimes").WaitForAsync();
        Assert.Contains("mixtures.js", await LoadedAsync(), StringComparison.Ordinal);

        Task<string> LoadedAsync() => tab.Page.EvaluateAsync<string>("performance.getEntriesByType('resource').map(entry => entry.name).join(' ')");
    }

    private static Task<string> FocusedAsync(Tab tab) =>
        tab.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");

    private static double[] Column(JsonElement columns, string name) =>
        [.. columns.GetProperty(name).EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble())];
}
