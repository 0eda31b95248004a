using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>The product as a process of its own, started as a user starts it.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder said = new();
    private readonly StringBuilder output = new();
    private readonly SemaphoreSlim news = new(0);

    private ServiceProcess(Process process) => this.process = process;

    /// <summary>Everything it wrote, to either output.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>What it wrote to the standard output.</summary>
    public string Output
    {
        get
        {
            lock (said)
            {
                return output.ToString();
            }
        }
    }

    public static ServiceProcess Start(string folder, params IEnumerable<string> arguments) => Start([], folder, [], arguments);

    /// <summary>Starts it with environment variables of its own.</summary>
    public static ServiceProcess Start(string folder, IReadOnlyDictionary<string, string> variables, IEnumerable<string> arguments) =>
        Start([], folder, variables, arguments);

    /// <summary>Starts it under another program, such as a tracer.</summary>
    public static ServiceProcess StartUnder(IReadOnlyList<string> program, string folder, IEnumerable<string> arguments) => Start(program, folder, [], arguments);

    /// <summary>Starts a program that starts it in its turn.</summary>
    public static ServiceProcess StartProgram(string folder, params string[] command) => Start(command, folder, []);

    private static ServiceProcess Start(
        IReadOnlyList<string> program, string folder, IEnumerable<KeyValuePair<string, string>> variables, IEnumerable<string> arguments)
    {
        return Start([.. program, "dotnet", Path.Combine(AppContext.BaseDirectory, "sensor-pipeline.dll"), .. arguments], folder, variables);
    }

    private static ServiceProcess Start(string[] command, string folder, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A German user must read and write the same numbers.
        start.Environment["LANG"] = "de_DE.UTF-8";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        var service = new ServiceProcess(new Process { StartInfo = start });
        service.process.OutputDataReceived += (_, line) => service.Take(line.Data, isOutput: true);
        service.process.ErrorDataReceived += (_, line) => service.Take(line.Data, isOutput: false);
        // Who waits for words must not wait for those of the dead.
        service.process.EnableRaisingEvents = true;
        service.process.Exited += (_, _) => service.news.Release();
        service.process.Start();
        service.process.BeginOutputReadLine();
        service.process.BeginErrorReadLine();
        return service;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string folder, params string[] arguments)
    {
        await using ServiceProcess service = Start(folder, arguments);
        return (await service.ExitAsync(), service.Said);
    }

    public Task<string> WaitForAsync(string words) => WaitForAsync(new Regex(Regex.Escape(words), RegexOptions.None, Patience));

    public async Task<string> WaitForAsync(Regex words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!words.IsMatch(Said))
        {
            Assert.False(process.HasExited, $"ended with {(process.HasExited ? process.ExitCode : 0)} before it said '{words}':\n{Said}");
            await news.WaitAsync(patience.Token);
        }

        return Said;
    }

    /// <summary>Waits until it is connected and every filter is granted: what is published before is nobody's.</summary>
    public async Task ReadyAsync(int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new HttpClient();
        await WaitForAsync("connected to the broker");
        while (!(await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), patience.Token)).IsSuccessStatusCode)
        {
            Assert.False(process.HasExited, Said);
        }
    }

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: it gets no chance to do anything, and neither does what it runs under.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await ExitAsync();
    }

    public Task<int> TerminateAsync() => SignalAsync(SigTerm);

    public Task<int> InterruptAsync() => SignalAsync(SigInt);

    /// <summary>The value of a metric, summed over its tags, or of one tag.</summary>
    public static async Task<double> MetricAsync(int port, string name)
    {
        using var client = new HttpClient();
        string text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
        return text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until a metric has a value; as long as it moves towards it, that may take any time.</summary>
    public static async Task WaitForMetricAsync(int port, string name, double value)
    {
        using var patience = new CancellationTokenSource(Patience);
        double seen = double.NaN;
        while (seen != value)
        {
            Assert.False(patience.IsCancellationRequested, $"{name} is {seen} instead of {value}");
            Assert.False(seen > value, $"{name} is {seen}, more than {value}");
            double before = seen;
            seen = await MetricAsync(port, name);
            if (seen > before)
            {
                patience.CancelAfter(Patience);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        news.Dispose();
    }

    private async Task<int> SignalAsync(int signal)
    {
        Assert.Equal(0, Kill(process.Id, signal));
        return await ExitAsync();
    }

    private void Take(string? line, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        lock (said)
        {
            said.AppendLine(line);
            _ = isOutput ? output.AppendLine(line) : output;
        }

        news.Release();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
