using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance.Brokers;

/// <summary>A broker as a process of its own, on a free loopback port, with what it keeps in a temporary folder.</summary>
internal sealed class BrokerProcess : IBrokerUnderTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Func<string, int, ProcessStartInfo> describe;
    private readonly List<string> output = [];
    private Process process;

    private BrokerProcess(Func<string, int, ProcessStartInfo> describe)
    {
        this.describe = describe;
        Folder = Directory.CreateTempSubdirectory("broker-").FullName;
        Port = MosquittoBroker.FreePort();
        process = Launch();
    }

    public int Port { get; }

    public string Folder { get; }

    /// <summary>Cuts the connections where ending the process would lose the sessions too.</summary>
    public Func<BrokerProcess, Task>? Cut { get; init; }

    /// <summary>The process to speak to, for a <see cref="Cut"/> by signal.</summary>
    public int Id => process.Id;

    /// <param name="describe">How to start it, given its folder and its port; it may write files into the folder.</param>
    /// <param name="cut">See <see cref="Cut"/>.</param>
    public static async Task<BrokerProcess> StartAsync(Func<string, int, ProcessStartInfo> describe, Func<BrokerProcess, Task>? cut = null)
    {
        var broker = new BrokerProcess(describe) { Cut = cut };
        try
        {
            await broker.ListensAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async Task RestartAsync()
    {
        if (Cut is not null)
        {
            await Cut(this);
            return;
        }

        await RunAsync("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync();
        await StartAgainAsync();
    }

    public async Task CrashAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Runs a tool to its end.</summary>
    public static async Task RunAsync(string command, params string[] arguments)
    {
        using Process tool = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
    }

    private async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    private async Task StartAgainAsync()
    {
        process.Dispose();
        process = Launch();
        await ListensAsync();
    }

    private Process Launch()
    {
        ProcessStartInfo start = describe(Folder, Port);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process started = Process.Start(start)!;
        started.OutputDataReceived += Keep;
        started.ErrorDataReceived += Keep;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.Add(line.Data ?? "");
            output.RemoveRange(0, Math.Max(0, output.Count - 50));
        }
    }

    private async Task ListensAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await AnswersAsync())
        {
            if (limit.IsCancellationRequested || process.HasExited)
            {
                lock (output)
                {
                    throw new InvalidOperationException($"the broker did not start: {string.Join('\n', output)}");
                }
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
