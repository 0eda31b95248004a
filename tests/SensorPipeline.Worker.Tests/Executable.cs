using System.Diagnostics;
using Xunit;

namespace SensorPipeline.Worker.Tests;

/// <summary>Programs of the machine that a test can use where they are installed.</summary>
internal static class Executable
{
    // Debian keeps a broker where only root looks.
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
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

    /// <summary>Runs a program until it has said a word on its error output, or ends, and stops it.</summary>
    public static async Task<string> RunUntilAsync(string program, IEnumerable<string> arguments, string word)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        try
        {
            string said = "";
            while (!said.Contains(word, StringComparison.Ordinal) && await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                said += line + "\n";
            }

            return said;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
