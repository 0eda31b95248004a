using System.Text;
using SensorPipeline.Mqtt;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.Simulation;
using SensorPipeline.Worker.Tests.Commands;
using Xunit;

namespace SensorPipeline.Worker.Tests.Listening;

public sealed class ListenCommandTests : CommandFixture
{

    [Fact]
    public async Task Listening_shows_what_the_configured_broker_delivers_and_stops_after_so_many_messages()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        Place.Write("config/appsettings.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "sensors/{name...}" } ] } }""");
        using var enough = new CancellationTokenSource();
        Task publishing = PublishAsync(broker.Port, enough.Token);

        int exitCode = await Invoke("listen", $"--Broker:Port={broker.Port}", "--Broker:Host=127.0.0.1", "--topic", "sensors/#", "--count", "3");
        await enough.CancelAsync();
        await publishing;

        Assert.Equal(ExitCode.Ok, exitCode);
        string[] lines = Output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Repeat("sensors/kitchen/temperature  21.5  -> Sources[0] kitchen/temperature=21.5", 3), lines);
        Assert.Contains("3 messages, 1 sensors", Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen")]
    public async Task Without_a_broker_it_says_so_in_one_line_and_gives_up(string command)
    {
        int port = await ClosedPortAsync();

        int exitCode = await Invoke(command, $"--Broker:Port={port}", "--Broker:Host=127.0.0.1");

        Assert.Equal(ExitCode.BrokerUnreachable, exitCode);
        Assert.Contains($"no connection to the broker at 127.0.0.1:{port}", Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--topic", "a/#/b")]
    [InlineData("--count", "0")]
    [InlineData("--duration", "00:00:00")]
    public async Task Impossible_wishes_are_refused(params string[] arguments) => Assert.Equal(ExitCode.Usage, await Invoke(["listen", .. arguments]));

    private static async Task<int> ClosedPortAsync()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        return broker.Port;
    }

    private static async Task PublishAsync(int port, CancellationToken enough)
    {
        await using var publisher = new Publisher("127.0.0.1", port, "test-publisher", TimeProvider.System);
        await publisher.Connected;
        try
        {
            while (true)
            {
                await publisher.PublishAsync("sensors/kitchen/temperature", Encoding.UTF8.GetBytes("21.5"), enough);
                await publisher.FlushAsync(enough);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener has heard enough.
        }
    }

    private Task<int> Invoke(params string[] arguments) => RunAsync(ListenCommand.Create(Process(TimeProvider.System)), arguments);
}
