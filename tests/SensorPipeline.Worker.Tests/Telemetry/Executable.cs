using System.Diagnostics;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

/// <summary>Programs of the machine that a test can use where they are installed.</summary>
internal static class Executable
{
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    public static async Task<(int ExitCode, string Said)> RunAsync(string program, IEnumerable<string> arguments, string input = "")
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
