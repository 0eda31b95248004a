using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>Who looks and reads nothing.</summary>
public sealed partial class SlowViewerTests
{
    private const int Viewers = 20;
    private const int Readings = 50_000;
    private const int SmallestWindow = 2048;

    [Fact]
    public async Task Viewers_that_read_nothing_do_not_hold_up_the_pipeline_nor_those_who_read_nor_its_end()
    {
        using var place = new Workplace("{}");
        await using ServiceProcess demo = ServiceProcess.Start(place.Folder, "demo", "--port", $"{place.HttpPort}");
        int broker = int.Parse(BrokerLine().Match(await demo.WaitForAsync("page  ")).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{place.HttpPort}") };
        int whole = 0;

        // What a group's view begins with is more than the buffers between two sockets hold where the reader's is small.
        while (whole < 100_000)
        {
            whole = (await client.GetByteArrayAsync(new Uri("/api/groups?name=lounge/temperature", UriKind.Relative), Ending)).Length;
        }

        Socket[] viewers = [.. Enumerable.Range(0, Viewers).Select(_ => Look(place.HttpPort))];
        double before = await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total");

        await FloodAsync(broker);
        while (await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total") < before + Readings)
        {
            Assert.True((await client.GetAsync(new Uri("/health/live", UriKind.Relative), Ending)).IsSuccessStatusCode);
        }

        int[] waiting = [.. viewers.Select(viewer => viewer.Available)];
        Assert.All(waiting, bytes => Assert.InRange(bytes, 1, whole / 2));
        using StreamReader quick = new(await client.GetStreamAsync(new Uri("/events?view=groups", UriKind.Relative), Ending));
        for (int frame = 0; frame < 3; frame++)
        {
            Assert.StartsWith("data: ", await quick.ReadLineAsync(Ending), StringComparison.Ordinal);
            Assert.Equal("", await quick.ReadLineAsync(Ending));
        }

        Assert.Equal(waiting, viewers.Select(viewer => viewer.Available));
        Assert.Equal(0, await demo.InterruptAsync());
        Array.ForEach(viewers, viewer => viewer.Dispose());
    }

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private static Socket Look(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallestWindow };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /events?view=groups&name=lounge/temperature HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"));
        return socket;
    }

    private static async Task FloodAsync(int broker)
    {
        await using var publisher = new Publisher("127.0.0.1", broker, "flood", TimeProvider.System);
        await publisher.Connected;
        for (int i = 0; i < Readings; i++)
        {
            await publisher.PublishAsync($"demo/flood{i % 100}/shelf", Encoding.UTF8.GetBytes($$"""{"temperature":{{i % 7}}}"""), Ending);
        }

        await publisher.FlushAsync(Ending);
    }

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BrokerLine();
}
