using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SensorPipeline.Testing;

/// <summary>A real mosquitto on a free loopback port, with a configuration of its own in a temporary folder.</summary>
public sealed partial class MosquittoBroker : IAsyncDisposable
{
    /// <summary>Why a test that needs it is skipped.</summary>
    public const string Missing = "mosquitto is not installed: apt-get install mosquitto";

    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;
    private static readonly string? Executable = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto" }.FirstOrDefault(File.Exists);

    private readonly string folder;
    private Process process;

    private MosquittoBroker(string folder, int port, Process process)
    {
        this.folder = folder;
        Port = port;
        this.process = process;
    }

    public static bool IsInstalled => Executable is not null;

    public int Port { get; }

    /// <summary>Starts a broker that queues without limit and sends without delay.</summary>
    public static async Task<MosquittoBroker> StartAsync(MosquittoOptions? options = null)
    {
        options ??= new MosquittoOptions();
        string folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
        foreach ((string name, string text) in options.Files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort();
            await File.WriteAllLinesAsync(Path.Combine(folder, "mosquitto.conf"), await ConfigurationAsync(options, folder, port));
            try
            {
                return new MosquittoBroker(folder, port, await LaunchAsync(folder));
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Someone else took the port in between.
            }
        }
    }

    private static async Task<IEnumerable<string>> ConfigurationAsync(MosquittoOptions options, string folder, int port)
    {
        List<string> lines =
        [
            "user root",
            "set_tcp_nodelay true",
            "max_queued_messages 0",
            $"persistence {(options.Persistent ? "true" : "false")}",
            $"persistence_location {folder}/",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "log_type information",
            $"allow_anonymous {(options.Password is null ? "true" : "false")}",
            $"listener {port} 127.0.0.1",
            .. options.MoreLines.Select(line => line.Replace("{folder}", folder, StringComparison.Ordinal)),
        ];
        if (options.Password is not null)
        {
            string file = Path.Combine(folder, "passwords");
            using Process hash = Process.Start("mosquitto_passwd", ["-b", "-c", file, "sensors", options.Password]);
            await hash.WaitForExitAsync();
            lines.Insert(0, $"password_file {file}");
        }

        if (options.AccessRules.Count > 0)
        {
            string file = Path.Combine(folder, "access");
            await File.WriteAllLinesAsync(file, options.AccessRules);
            lines.Insert(0, $"acl_file {file}");
        }

        return lines;
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ends it as an administrator would: a persistent one writes its database.</summary>
    public async Task StopAsync()
    {
        Send(SigTerm);
        await process.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same port with the same folder.</summary>
    public async Task StartAgainAsync()
    {
        process.Dispose();
        process = await LaunchAsync(folder);
    }

    /// <summary>Freezes it: connections stay open and nothing answers.</summary>
    public void Freeze() => Send(SigStop);

    public void Thaw() => Send(SigContinue);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Process> LaunchAsync(string folder)
    {
        var start = new ProcessStartInfo(Executable!, ["-c", Path.Combine(folder, "mosquitto.conf")]) { RedirectStandardError = true };
        Process process = Process.Start(start)!;
        var output = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            output.Add(line);
            if (line.EndsWith(" running", StringComparison.Ordinal))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return process;
            }
        }

        await process.WaitForExitAsync();
        process.Dispose();
        throw new InvalidOperationException($"mosquitto did not start: {string.Join('\n', output)}");
    }

    /// <summary>A loopback port that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Send(int signal)
    {
        if (Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException("the signal could not be sent to mosquitto");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
