using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Commands;
using Xunit;

namespace SensorPipeline.Worker.Tests.Commands;

public sealed class HealthcheckCommandTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Theory]
    [InlineData(StatusCodes.Status200OK, ExitCode.Ok)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, ExitCode.Crash)]
    public async Task The_exit_code_is_the_services_readiness(int status, int expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication service = builder.Build();
        service.Urls.Add("http://127.0.0.1:0");
        service.MapGet("/health/ready", () => Results.Text("the body", statusCode: status));
        await service.StartAsync(TestContext.Current.CancellationToken);

        int exitCode = await Invoke(new Uri(service.Urls.First()).Port);

        Assert.Equal(expected, exitCode);
        Assert.Equal("the body", output.ToString().Trim());
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_one_line_and_exit_code_1()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        Assert.Equal(ExitCode.Crash, await Invoke(port));
        Assert.Empty(output.ToString());
        Assert.StartsWith($"http://127.0.0.1:{port}/health/ready does not answer: ", error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Invoke(int port)
    {
        ProcessContext process = new()
        {
            Clock = new ManualClock(),
            Variables = new Dictionary<string, string> { ["SensorPipeline__Sources__0__Topic"] = "a/+", ["SensorPipeline__Http__Bind"] = "0.0.0.0" },
            WorkingDirectory = "/",
            ExecutableDirectory = "/",
        };
        return new CommandLine(HealthcheckCommand.Create(process))
            .InvokeAsync(["healthcheck", $"--Http:Port={port}"], output, error, TestContext.Current.CancellationToken);
    }
}
