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
    /// <param name="persistent">Whether sessions and retained messages survive <see cref="StopAsync"/>; they never survive <see cref="KillAsync"/> for sure.</param>
    /// <param name="more">Further lines of mosquitto.conf; <c>{folder}</c> stands for the temporary folder.</param>
    public static async Task<MosquittoBroker> StartAsync(bool persistent = false, params string[] more)
    {
        string folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort();
            string[] lines =
            [
                $"listener {port} 127.0.0.1",
                "user root",
                "set_tcp_nodelay true",
                "max_queued_messages 0",
                $"persistence {(persistent ? "true" : "false")}",
                $"persistence_location {folder}/",
                "log_dest stderr",
                "log_type all",
                .. more.Any(line => line.StartsWith("allow_anonymous", StringComparison.Ordinal)) ? Array.Empty<string>() : ["allow_anonymous true"],
                .. more.Select(line => line.Replace("{folder}", folder, StringComparison.Ordinal)),
            ];
            await File.WriteAllLinesAsync(Path.Combine(folder, "mosquitto.conf"), lines);
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

    private static int FreePort()
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
