using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Web;

/// <summary>A fleet of ten thousand whose every sensor changes all the time.</summary>
public sealed class TenThousandSensorsTests
{
    private const int Sensors = 10_000;
    private const int Frames = 40;
    private static readonly DashboardOptions Options = new();

    private readonly FakeSource source = new();
    private int turn;

    public TenThousandSensorsTests()
    {
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            source.Add($"site/line-{sensor / 100}/machine-{sensor % 100}/temperature");
        }
    }

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_takes_less_than_200_KiB_a_second()
    {
        await using DashboardHost host = await DashboardHost.StartAsync(source, Options);
        using StreamReader stream = await OpenAsync(host);
        long bytes = 0;
        for (int frame = 0; frame < Frames; frame++)
        {
            Change();
            bytes += await FrameAsync(host, stream);
        }

        double perSecond = bytes / (Frames * Options.Interval.TotalSeconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{perSecond / 1024:F0} KiB a second");
        Assert.InRange(perSecond, 50 * 1024, 200 * 1024);
    }

    [Fact]
    public async Task A_viewer_that_reads_nothing_slows_nobody()
    {
        await using DashboardHost host = await DashboardHost.StartAsync(source, Options);
        using StreamReader slow = await OpenAsync(host);
        using StreamReader quick = await OpenAsync(host);
        long bytes = 0;

        // More than the sockets between them can hold.
        for (int frame = 0; bytes < 24 << 20; frame++)
        {
            Change();
            source.Read(frame % Sensors, frame, 21);
            bytes += await FrameAsync(host, quick);
        }

        Assert.True(source.Copies * 20_000L >= bytes / 4, $"{source.Copies} pictures for {bytes} bytes");
    }

    // News of every sensor, and ten events besides.
    private void Change()
    {
        turn++;
        for (int i = 0; i < 10; i++)
        {
            source.Raise(((turn * 10) + i) % Sensors, EventKind.LevelShift, 1e-9);
        }

        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            double tail = Math.Pow(10, -((sensor * 7919 + turn * 104729) % 900 / 100.0));
            source.Change(sensor, state => state with { TailProbability = tail, Verdict = tail < 1e-6 ? Verdict.Outlier : Verdict.Body, Value = 20 + tail, Count = state.Count + 1 });
        }
    }

    private static async Task<StreamReader> OpenAsync(DashboardHost host)
    {
        HttpResponseMessage answer = await host.Client.GetAsync("/events?view=fleet", HttpCompletionOption.ResponseHeadersRead, Ending);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Ending));
    }

    private static async Task<long> FrameAsync(DashboardHost host, StreamReader stream)
    {
        while (true)
        {
            Task<string?> reading = stream.ReadLineAsync(Ending).AsTask();
            while (!reading.IsCompleted)
            {
                host.Clock.Advance(Options.Interval);
                await Task.Yield();
            }

            if (await reading is { Length: > 0 } line && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line.Length + 2;
            }
        }
    }
}
