using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SensorPipeline.Worker.Bench;

/// <summary>A mosquitto of our own on a free loopback port, where one is installed.</summary>
internal sealed class LocalMosquitto : IDisposable
{
    private static readonly string? Executable =
        new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto" }.FirstOrDefault(File.Exists);

    private readonly string file = Path.GetTempFileName();
    private readonly Process process;

    private LocalMosquitto(string executable, int inFlight)
    {
        Port = FreePort();
        File.WriteAllText(file, $"listener {Port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nmax_inflight_messages {inFlight}\n");
        process = Process.Start(new ProcessStartInfo(executable, ["-c", file]) { RedirectStandardError = true })!;
        while (process.StandardError.ReadLine() is { } line && !line.EndsWith(" running", StringComparison.Ordinal))
        {
        }

        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    public int Port { get; }

    /// <summary>Starts one that lets a client have so many messages in flight; null when mosquitto is not installed.</summary>
    public static LocalMosquitto? Start(int inFlight) => Executable is null ? null : new LocalMosquitto(Executable, inFlight);

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        File.Delete(file);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
