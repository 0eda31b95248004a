using System.Diagnostics;
using System.Globalization;

namespace SensorPipeline.Storage.Tests.Processes;

/// <summary>Runs <see cref="AppendingProcess"/> for real, alone or under strace.</summary>
public sealed class Child : IDisposable
{
    private readonly Process process;

    private Child(ProcessStartInfo start) => process = Process.Start(start)!;

    /// <summary>The last sequence the child said it may acknowledge.</summary>
    public long Committed { get; private set; }

    /// <summary>Where the child's recovery ended.</summary>
    public long Recovered { get; private set; }

    public List<string> Lines { get; } = [];

    public static bool HasStrace { get; } = CanTrace();

    public static Child Start(string directory, int commits, params string[] under)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "SensorPipeline.Storage.Tests.dll");
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] command = [.. under, host, program, "append", directory, commits.ToString(CultureInfo.InvariantCulture)];
        return new Child(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true });
    }

    /// <summary>Follows the child's output up to a number of lines, or to its end; false at the end.</summary>
    public bool Follow(int lines)
    {
        for (int i = 0; i < lines; i++)
        {
            // A line that ends without a line feed is one the child was killed in.
            if (process.StandardOutput.ReadLine() is not { } line)
            {
                return false;
            }

            Lines.Add(line);
            Note(line);
        }

        return true;
    }

    /// <summary>SIGKILL; what it had written before is still read.</summary>
    public void Kill()
    {
        process.Kill();
        Follow(int.MaxValue);
        process.WaitForExit();
    }

    public (int ExitCode, string Error) WaitForEnd()
    {
        Follow(int.MaxValue);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Note(string line)
    {
        string[] words = line.Split(' ');
        if (words is not [_, var number] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
        {
            return;
        }

        switch (words[0])
        {
            case "committed":
                Committed = sequence;
                break;
            case "recovered":
                Recovered = sequence;
                break;
        }
    }

    private static bool CanTrace()
    {
        try
        {
            using Process trace = Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO:when=999", "true"]))!;
            trace.WaitForExit();
            return trace.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
