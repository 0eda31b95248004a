using System.Net;
using Microsoft.AspNetCore.Http;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Web;

public class TokenGateTests
{
    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    public async Task Health_and_metrics_need_no_token(string path) => Assert.Equal(200, (await AskAsync("secret", path)).Response.StatusCode);

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics/sensors")]
    [InlineData("/metricsandmore")]
    public async Task What_tells_of_sensors_by_name_needs_the_token(string path) => Assert.Equal(401, (await AskAsync("secret", path)).Response.StatusCode);

    [Fact]
    public async Task Without_a_token_nobody_is_let_in() => Assert.Equal(403, (await AskAsync(null, "/", query: "?token=")).Response.StatusCode);

    [Theory]
    [InlineData("Bearer secret", 200)]
    [InlineData("Bearer secret2", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("secret", 401)]
    public async Task A_header_with_the_token_opens_the_page(string header, int status) =>
        Assert.Equal(status, (await AskAsync("secret", "/api/status", header: header)).Response.StatusCode);

    [Fact]
    public async Task The_token_in_the_address_opens_the_page_and_leaves_a_cookie_that_scripts_cannot_read()
    {
        HttpContext context = await AskAsync("secret", "/", query: "?token=secret");
        Assert.Equal(200, context.Response.StatusCode);
        string cookie = context.Response.Headers.SetCookie.ToString();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await AskAsync("secret", "/events", cookie: cookie.Split(';')[0])).Response.StatusCode);
    }

    [Fact]
    public async Task Who_tries_many_tokens_has_to_wait_even_with_the_right_one_and_others_do_not()
    {
        var clock = new ManualClock();
        var gate = new TokenGate("secret", clock);
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Assert.Equal(401, (await PassAsync(gate, "/", header: $"Bearer {attempt}", from: 7)).Response.StatusCode);
        }

        Assert.Equal(429, (await PassAsync(gate, "/", header: "Bearer secret", from: 7)).Response.StatusCode);
        Assert.Equal(401, (await PassAsync(gate, "/", from: 7)).Response.StatusCode);
        Assert.Equal(200, (await PassAsync(gate, "/", header: "Bearer secret", from: 8)).Response.StatusCode);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await PassAsync(gate, "/", header: "Bearer secret", from: 7)).Response.StatusCode);
    }

    private static Task<HttpContext> AskAsync(string? token, string path, string query = "", string header = "", string cookie = "") =>
        PassAsync(new TokenGate(token, new ManualClock()), path, query, header, cookie);

    private static async Task<HttpContext> PassAsync(TokenGate gate, string path, string query = "", string header = "", string cookie = "", long from = 1)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = new IPAddress(from);
        context.Request.Path = path;
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.Authorization = header;
        context.Request.Headers.Cookie = cookie;
        await gate.PassAsync(context, passed =>
        {
            passed.Response.StatusCode = 200;
            return Task.CompletedTask;
        });
        return context;
    }
}
