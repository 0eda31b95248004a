using System.CommandLine;
using SensorPipeline.Worker.Bench;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>bench</c>: the product's own speed on this machine, each figure beside a bare socket that does no more than it must, in one run.</summary>
public static class BenchCommand
{
    private const double UsualSeconds = 3;

    private static readonly Option<double?> Seconds = new("--seconds") { HelpName = "N", Description = "How long each figure is taken. Default: 3." };
    private static readonly Option<int?> Rounds = new("--rounds") { HelpName = "N", Description = "How often each figure is taken, by turns with its baseline. Default: once." };
    private static readonly Option<string[]> Only = new("--only") { HelpName = "NAME", AllowMultipleArgumentsPerToken = true, Description = $"One of {string.Join(", ", Suite.Parts)}. Default: all." };

    // What the other process of a figure is asked to do.
    private static readonly Option<int?> Pour = new("--pour") { Hidden = true };
    private static readonly Option<int?> Blast = new("--blast") { Hidden = true };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "bench",
            "Measure this machine: client, pipeline and publishing, each beside a bare socket.",
            "sensor-pipeline bench",
            "sensor-pipeline bench --only receive publish --rounds 3")
        {
            Seconds, Rounds, Only, Pour, Blast,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(Only) ?? []).Except(Suite.Parts).FirstOrDefault() is { } unknown)
            {
                result.AddError($"--only: expected {string.Join(", ", Suite.Parts)}, not {unknown}");
            }

            if (result.GetValue(Seconds) <= 0 || result.GetValue(Rounds) < 1)
            {
                result.AddError("--seconds and --rounds: expected a positive number");
            }
        });
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ProcessContext process, CancellationToken cancel)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        try
        {
            if (parsed.GetValue(Pour) is { } qos)
            {
                Peer.RunPour(qos, output);
            }
            else if (parsed.GetValue(Blast) is { } port)
            {
                Peer.RunBlast(port);
            }
            else
            {
                await MeasureAsync(parsed, process, output, cancel);
            }
        }
        catch (Exception fault) when (fault is EndOfStreamException or System.Net.Sockets.SocketException && parsed.GetValue(Pour) is not null)
        {
            // The subscriber has seen enough.
        }

        return ExitCode.Ok;
    }

    private static async Task MeasureAsync(ParseResult parsed, ProcessContext process, TextWriter output, CancellationToken cancel)
    {
        var suite = new Suite(process, parsed.GetValue(Seconds) ?? UsualSeconds, parsed.GetValue(Rounds) ?? 1, output);
        output.WriteLine(Comparison.Heading);
        string[] only = parsed.GetValue(Only) ?? [];
        foreach (string part in Suite.Parts.Where(part => only.Length == 0 || only.Contains(part)))
        {
            await suite.RunAsync(part, cancel);
        }
    }
}
