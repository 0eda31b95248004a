using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Tells systemd how the service is, by datagrams to the socket that it names (sd_notify(3)): that it is up, that it stops, and, as long as the
/// pipeline advances, that the watchdog need not bark.
/// </summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint manager;

    private SystemdNotifier(string path, TimeSpan? watchdog)
    {
        manager = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
        WatchdogInterval = watchdog;
    }

    /// <summary>How often the watchdog wants to hear, half of its patience; null where there is none.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>The notifier that the environment asks for, or null.</summary>
    public static SystemdNotifier? From(IReadOnlyDictionary<string, string> variables)
    {
        if (!variables.TryGetValue("NOTIFY_SOCKET", out string? path) || path.Length < 2)
        {
            return null;
        }

        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool isOurs = variables.GetValueOrDefault("WATCHDOG_PID", own) == own;
        bool barks = long.TryParse(variables.GetValueOrDefault("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0;
        return new SystemdNotifier(path, isOurs && barks ? TimeSpan.FromMicroseconds(microseconds / 2.0) : null);
    }

    /// <summary>Says that the service is up.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>Says that it is on its way out.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Says at each interval that the pipeline advances, and nothing where it does not: a service that hangs is started anew.</summary>
    public async Task WatchAsync(Func<bool> advances, TimeProvider clock, CancellationToken stop)
    {
        if (WatchdogInterval is not { } interval)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do
            {
                if (advances())
                {
                    Send("WATCHDOG=1");
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void Send(string message)
    {
        try
        {
            socket.SendTo(Encoding.ASCII.GetBytes(message), manager);
        }
        catch (SocketException)
        {
            // Nobody to tell is no reason to stop; a watchdog that misses it will say so.
        }
    }
}
