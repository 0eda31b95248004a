using System.CommandLine;
using System.Net;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>healthcheck</c>: asks the running service whether it is ready; for containers, which have no curl.</summary>
public static class HealthcheckCommand
{
    private const int MaximumAnswerBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "healthcheck",
            "Ask the running service whether it is ready: exit code 0 if it is, 1 if it is not.",
            "sensor-pipeline healthcheck",
            "sensor-pipeline healthcheck --Http:Port=8081");
        var configuration = new ConfigurationArguments(command, process);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, configuration, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ConfigurationArguments configuration, CancellationToken cancellation)
    {
        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded))
        {
            return ExitCode.Configuration;
        }

        Uri address = ReadinessAddress(loaded.Options!.Http);
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience };
        using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaximumAnswerBytes };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(await response.Content.ReadAsStringAsync(cancellation));
            return response.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Crash;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            parsed.InvocationConfiguration.Error.WriteLine($"{address} does not answer: {ConfigurationFault.OneLine(failure.Message)}");
            return ExitCode.Crash;
        }
    }

    // What listens on all addresses listens on loopback too.
    private static Uri ReadinessAddress(HttpOptions http)
    {
        IPAddress bind = IPAddress.Parse(http.Bind);
        IPAddress target = bind.Equals(IPAddress.Any) ? IPAddress.Loopback : bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bind;
        return new Uri($"http://{new IPEndPoint(target, http.Port)}/health/ready");
    }
}
