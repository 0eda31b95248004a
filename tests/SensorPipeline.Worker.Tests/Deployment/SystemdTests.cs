using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Pipeline;
using Xunit;

namespace SensorPipeline.Worker.Tests.Deployment;

public sealed class SystemdTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("notify-");
    private readonly Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SystemdTests()
    {
        manager.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "notify")));
        manager.ReceiveTimeout = 10_000;
    }

    public void Dispose()
    {
        manager.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_unit_is_one_that_systemd_understands()
    {
        Assert.SkipUnless(Executable.Find("systemd-analyze") is not null, "systemd-analyze is not installed");

        (_, string said) = await Executable.RunAsync("systemd-analyze", ["verify", "--man=no", Repository.PathOf("config/sensor-pipeline.service")]);

        Assert.DoesNotContain(said.Split('\n'), line => line.Contains("sensor-pipeline.service:", StringComparison.Ordinal) && !line.Contains("not executable", StringComparison.Ordinal));
    }

    [Fact]
    public void The_unit_waits_for_the_service_watches_it_and_lets_the_runtime_compile()
    {
        string[] unit = Repository.Read("config/sensor-pipeline.service").Split('\n');

        Assert.Contains("Type=notify", unit);
        Assert.Contains("DynamicUser=yes", unit);
        Assert.Contains("ProtectSystem=strict", unit);
        Assert.Contains(unit, line => line.StartsWith("WatchdogSec=", StringComparison.Ordinal));
        Assert.Contains(unit, line => line.StartsWith("RestartPreventExitStatus=", StringComparison.Ordinal) && line.Contains("78", StringComparison.Ordinal));
        Assert.DoesNotContain(unit, line => line.StartsWith("MemoryDenyWriteExecute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipeline_that_stands_still_keeps_nothing_from_the_watchdog()
    {
        var clock = new ManualClock();
        using SystemdNotifier notifier = SystemdNotifier.From(Variables("2000000"))!;
        using var stop = new CancellationTokenSource();
        bool advances = true;
        notifier.Ready();
        Assert.Equal("READY=1", Receive());

        Task watching = notifier.WatchAsync(() => advances, clock, stop.Token);
        Assert.Equal("WATCHDOG=1", Receive());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("WATCHDOG=1", Receive());
        advances = false;
        clock.Advance(TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        await watching;
        notifier.Stopping();

        Assert.Equal("STOPPING=1", Receive());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public void Without_a_watchdog_nothing_is_watched(string microseconds) => Assert.Null(SystemdNotifier.From(Variables(microseconds))!.WatchdogInterval);

    [Fact]
    public void A_watchdog_of_another_process_is_left_alone()
    {
        Dictionary<string, string> variables = Variables("2000000");
        variables["WATCHDOG_PID"] = (Environment.ProcessId + 1).ToString(CultureInfo.InvariantCulture);

        Assert.Null(SystemdNotifier.From(variables)!.WatchdogInterval);
    }

    [Fact]
    public void Without_systemd_nobody_is_told() => Assert.Null(SystemdNotifier.From(new Dictionary<string, string>()));

    private Dictionary<string, string> Variables(string microseconds) => new()
    {
        ["NOTIFY_SOCKET"] = Path.Combine(folder.FullName, "notify"),
        ["WATCHDOG_USEC"] = microseconds,
    };

    private string Receive()
    {
        byte[] bytes = new byte[100];
        return Encoding.ASCII.GetString(bytes, 0, manager.Receive(bytes));
    }
}
