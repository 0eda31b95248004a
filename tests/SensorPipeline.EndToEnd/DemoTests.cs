using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>The first thing a newcomer runs.</summary>
public partial class DemoTests
{
    [Fact]
    public async Task The_demo_ends_by_itself_with_a_summary_and_finds_what_was_injected()
    {
        using var place = new Workplace("{}");
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "demo", "--duration", "00:00:20", "--port", $"{place.HttpPort}");
        Assert.True(exit == 0, said);
        Match outliers = OutliersLine().Match(said);
        Assert.True(outliers.Success, said);
        int found = int.Parse(outliers.Groups[1].Value, CultureInfo.InvariantCulture);
        int injected = int.Parse(outliers.Groups[2].Value, CultureInfo.InvariantCulture);
        Assert.True(injected > 0 && found >= 0.9 * injected, said);
        Assert.Equal(3, FusedLine().Count(said));
        Assert.Matches("refits +[1-9]", said);
    }

    [Fact]
    public async Task The_demo_shows_its_page_and_stops_on_an_interrupt()
    {
        using var place = new Workplace("{}");
        await using ServiceProcess demo = ServiceProcess.Start(place.Folder, "demo", "--port", $"{place.HttpPort}");
        await demo.WaitForAsync(SomeReadings());
        using var client = new HttpClient();
        string page = await client.GetStringAsync(new Uri($"http://localhost:{place.HttpPort}/"), TestContext.Current.CancellationToken);
        Assert.Contains("SensorPipeline", page, StringComparison.Ordinal);

        // The page's picture of the pipeline may be from just before the first readings.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string names = "[]";
        while (names == "[]")
        {
            names = await client.GetStringAsync(new Uri($"http://localhost:{place.HttpPort}/api/names"), patience.Token);
        }

        Assert.Contains("lounge/ceiling/temperature", names, StringComparison.Ordinal);
        Assert.Equal(0, await demo.InterruptAsync());
    }

    [GeneratedRegex(@"[1-9][\d,]* readings")]
    private static partial Regex SomeReadings();

    [GeneratedRegex(@"outliers +(\d+) of (\d+) injected found")]
    private static partial Regex OutliersLine();

    [GeneratedRegex(@"fused +\S+: \d+\.\d+ RMSE against the truth")]
    private static partial Regex FusedLine();
}
