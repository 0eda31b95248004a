using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Web;

public sealed partial class DashboardEndpointsTests : IAsyncLifetime
{
    private readonly FakeSource source = new();
    private DashboardHost host = null!;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await DashboardHost.StartAsync(source);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_page_and_all_it_refers_to_come_from_the_service_and_are_small()
    {
        string page = await host.Client.GetStringAsync("/", Ending);
        var seen = new HashSet<string>(References().Matches(page).Select(match => match.Groups[1].Value));
        long bytes = await TravelledAsync("/");
        foreach (string address in new Queue<string>(seen).ToArray())
        {
            bytes += await LoadAsync(address, seen);
        }

        Assert.Contains("/assets/app.js", seen);
        Assert.Contains("/assets/mixtures.js", seen);
        Assert.InRange(bytes, 10_000, 100_000);
    }

    [Fact]
    public async Task Who_does_not_ask_for_compressed_files_gets_plain_ones()
    {
        HttpResponseMessage answer = await host.Client.GetAsync("/assets/app.js", Ending);

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.StartsWith("import", await answer.Content.ReadAsStringAsync(Ending), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/app.js")]
    [InlineData("/api/status")]
    [InlineData("/api/sensor?name=nobody")]
    public async Task Every_answer_keeps_strangers_out(string address)
    {
        HttpResponseMessage answer = await host.Client.GetAsync(address, Ending);

        string policy = Header(answer, "Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("evil.example:8080", HttpStatusCode.MisdirectedRequest)]
    [InlineData("LOCALHOST:8080", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    public async Task Only_allowed_hosts_are_answered(string name, HttpStatusCode expected)
    {
        foreach (string address in new[] { "/", "/api/status" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Host = name;
            Assert.Equal(expected, (await host.Client.SendAsync(request, Ending)).StatusCode);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/status")]
    [InlineData("/events")]
    public async Task Nothing_can_be_changed(string address)
    {
        using var content = new StringContent("{}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Client.PostAsync(address, content, Ending)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Client.DeleteAsync(address, Ending)).StatusCode);
    }

    [Fact]
    public async Task A_file_that_has_not_changed_is_not_sent_again()
    {
        HttpResponseMessage first = await host.Client.GetAsync("/assets/style.css", Ending);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/style.css");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        Assert.Equal("text/css", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, (await host.Client.SendAsync(request, Ending)).StatusCode);
    }

    [Theory]
    [InlineData("/assets/nothing.js", HttpStatusCode.NotFound)]
    [InlineData("/assets/../appsettings.json", HttpStatusCode.NotFound)]
    [InlineData("/api/sensor?name=nobody", HttpStatusCode.NotFound)]
    [InlineData("/api/fleet?rows=501", HttpStatusCode.BadRequest)]
    [InlineData("/api/fleet?rows=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/fleet?state=99", HttpStatusCode.BadRequest)]
    [InlineData("/api/fleet?state=sad", HttpStatusCode.BadRequest)]
    [InlineData("/events?view=everything", HttpStatusCode.BadRequest)]
    public async Task Senseless_requests_are_refused(string address, HttpStatusCode expected) =>
        Assert.Equal(expected, (await host.Client.GetAsync(address, Ending)).StatusCode);

    [Fact]
    public async Task Sensors_come_worst_first_and_can_be_searched()
    {
        source.Add("lounge/a");
        source.Add("kitchen/b", sensor => sensor with { Quality = Quality.Bad });
        source.Add("kitchen/c", sensor => sensor with { Verdict = Verdict.Outlier, TailProbability = 1e-9 });

        Assert.Equal("kitchen/b kitchen/c lounge/a", await RowsAsync("/api/fleet"));
        Assert.Equal("kitchen/b kitchen/c", await RowsAsync("/api/fleet?search=KITCH"));
        Assert.Equal("kitchen/c", await RowsAsync("/api/fleet?state=outlier"));
        Assert.Equal("kitchen/b", await RowsAsync("/api/fleet?rows=1"));
        JsonElement status = await GetAsync("/api/status");
        Assert.Equal("1 0 0 0 0 1 0 1", string.Join(' ', status.GetProperty("counts").EnumerateArray()));
        Assert.Equal((3, 7), (status.GetProperty("service").GetProperty("sensors").GetInt32(), status.GetProperty("service").GetProperty("readings").GetInt32()));
    }

    [Fact]
    public async Task A_sensor_tells_its_past_and_leaves_out_what_it_does_not_know()
    {
        int sensor = source.Add("kitchen/b", state => state with { Mean = double.NaN, Lower = double.NegativeInfinity, TailProbability = double.NaN });
        source.Read(sensor, 0, 21.123456789);
        source.Read(sensor, 1, 99, isFlagged: true);

        JsonElement found = (await GetAsync("/api/sensor?name=kitchen%2Fb")).GetProperty("sensor");

        JsonElement summary = found.GetProperty("summary");
        Assert.Equal("kitchen/b", summary.GetProperty("name").GetString());
        Assert.False(summary.TryGetProperty("mean", out _) || summary.TryGetProperty("lower", out _) || summary.TryGetProperty("tailProbability", out _));
        JsonElement history = found.GetProperty("history");
        Assert.Equal("[1700000000000,1700000001000]", history.GetProperty("time").GetRawText());
        Assert.Equal("[21.12346,99]", history.GetProperty("value").GetRawText());
        Assert.Equal("[null,null]", history.GetProperty("mean").GetRawText());
        Assert.Equal("[1]", history.GetProperty("flagged").GetRawText());
    }

    [Fact]
    public async Task Groups_and_mixtures_come_with_their_members()
    {
        int[] members = [source.Add("a"), source.Add("b")];
        var estimate = new FusedEstimate
        {
            Sequence = 1, Group = 0, Time = FakeSource.Start, Mean = 20.5, Variance = 0.25, Members = 2, Gated = 0, ChiSquare = 1.5, NormalisedInnovationSquared = 0.75, Status = FusionStatus.Consistent,
        };
        source.History.Record([estimate]);
        var part = new FusedMember { Sensor = members[1], Weight = 0.75, Bias = -0.25, BiasStandardDeviation = 0.125, NoiseStandardDeviation = 0.5, Status = MemberStatus.Gated };
        source.Groups = [new GroupState(0, "room", members, estimate, [new FusedMember { Sensor = members[0] }, part])];
        source.History.Record([new RegimeState { Sequence = 1, Group = 0, Time = FakeSource.Start, Label = 4, Regime = 4, FirstResponsibility = 0, Components = 1, LogDensity = 0, TailProbability = 0.01 }]);
        source.Mixtures = [new MixtureState { Name = "boiler", Members = members, Regime = 4, Components = [new MixtureComponent(4, 1, [1, 2], [1, 0, 0, 1], 1)] }];

        JsonElement group = (await GetAsync("/api/groups?name=room")).GetProperty("group");
        Assert.Equal(("consistent", 0.5), (group.GetProperty("group").GetProperty("status").GetString(), group.GetProperty("group").GetProperty("standardDeviation").GetDouble()));
        Assert.Equal("[20.5]", group.GetProperty("estimates").GetProperty("mean").GetRawText());
        Assert.Equal(2, group.GetProperty("members").GetArrayLength());
        Assert.Equal("[1.5]", group.GetProperty("estimates").GetProperty("chiSquare").GetRawText());
        Assert.Equal("[0.75]", group.GetProperty("estimates").GetProperty("innovation").GetRawText());
        Assert.Equal("""{"status":"gated","weight":0.75,"bias":-0.25,"biasStandardDeviation":0.125,"noise":0.5}""", group.GetProperty("members")[1].GetProperty("part").GetRawText());
        double[] band = [.. group.GetProperty("bands")[1].EnumerateArray().Select(edge => edge.GetDouble())];
        Assert.Equal(0.000982, band[0], 1e-6);
        Assert.Equal(5.023886, band[1], 1e-6);
        JsonElement mixture = (await GetAsync("/api/mixtures")).GetProperty("mixture");
        Assert.Equal("[1,0,0,1]", mixture.GetProperty("components")[0].GetProperty("covariance").GetRawText());
        Assert.Equal(4, mixture.GetProperty("regime").GetInt32());
        Assert.Equal("[4]", mixture.GetProperty("regimes").GetProperty("regime").GetRawText());
        Assert.Equal("[2]", mixture.GetProperty("regimes").GetProperty("severity").GetRawText());
    }

    [Fact]
    public async Task The_service_comes_second_by_second_with_what_it_promised()
    {
        source.Status = source.Status with
        {
            Budget = new BudgetStatus { PerDay = 1, PointShare = 0.5, Cap = 0.001, Realised = 0.9 },
            Storage = new StorageStatus { Durability = "durable", LogBytes = 7, Inputs = 9 },
            RejectedByReason = new Dictionary<string, long> { ["duplicate"] = 3 },
        };
        source.History.Record(new ServiceSecond(DateTimeOffset.UnixEpoch.AddSeconds(1), 1, 2, 3, 4, 5, 6, TimeSpan.FromMilliseconds(7.5)));

        JsonElement detail = (await GetAsync("/api/status")).GetProperty("detail");

        Assert.Equal(0.9, detail.GetProperty("budget").GetProperty("realised").GetDouble());
        Assert.Equal("durable", detail.GetProperty("storage").GetProperty("durability").GetString());
        Assert.Equal(3, detail.GetProperty("rejectedByReason").GetProperty("duplicate").GetInt32());
        Assert.Equal("""{"time":[1000],"messages":[1],"readings":[2],"rejected":[3],"published":[4],"queue":[5],"outbox":[6],"lag":[7.5]}""", detail.GetProperty("seconds").GetRawText());
    }

    [Fact]
    public async Task A_hostile_name_is_data_and_nothing_else()
    {
        const string Name = "<script>alert(1)</script>/\"'&\u202Egnp";
        int sensor = source.Add(Name);
        source.Raise(sensor, EventKind.Stuck);

        string raw = await host.Client.GetStringAsync("/api/fleet", Ending);

        Assert.DoesNotContain("<script", raw, StringComparison.Ordinal);
        Assert.Equal(Name, (await GetAsync("/api/sensor?name=" + Uri.EscapeDataString(Name))).GetProperty("sensor").GetProperty("summary").GetProperty("name").GetString());
        Assert.Equal(Name, (await GetAsync("/api/events")).GetProperty("events")[0].GetProperty("sensor").GetString());
        Assert.Equal(Name, (await GetAsync("/api/names"))[0].GetString());
    }

    [GeneratedRegex("(?:href|src|from|import)[=(\\s]*[\"'](?:\\.|(?=/))(/[\\w./-]+)[\"']")]
    private static partial Regex References();

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));

    private async Task<long> LoadAsync(string address, HashSet<string> seen)
    {
        string text = await host.Client.GetStringAsync(address, Ending);
        Assert.DoesNotContain("http", text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        long bytes = await TravelledAsync(address);
        foreach (Match match in References().Matches(text))
        {
            string target = "/assets" + match.Groups[1].Value;
            bytes += seen.Add(target) ? await LoadAsync(target, seen) : 0;
        }

        return bytes;
    }

    /// <summary>Bytes of a file as a browser takes it.</summary>
    private async Task<long> TravelledAsync(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using HttpResponseMessage answer = await host.Client.SendAsync(request, Ending);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        return (await answer.Content.ReadAsByteArrayAsync(Ending)).Length;
    }

    private async Task<JsonElement> GetAsync(string address) => JsonDocument.Parse(await host.Client.GetStringAsync(address, Ending)).RootElement;

    private async Task<string> RowsAsync(string address) =>
        string.Join(' ', (await GetAsync(address)).GetProperty("fleet").GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
}
