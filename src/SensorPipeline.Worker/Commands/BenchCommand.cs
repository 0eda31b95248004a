using System.CommandLine;
using SensorPipeline.Worker.Bench;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>bench</c>: the product's own speed on this machine, each figure beside a bare socket that does no more than it must, in one run.</summary>
public static class BenchCommand
{
    private const int UsualWindow = 20;
    private const int WideWindow = 1000;
    private const double UsualSeconds = 3;
    private static readonly string[] Parts = ["receive", "pipeline", "publish", "mosquitto"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly Option<double?> Seconds = new("--seconds") { HelpName = "N", Description = "How long each figure is taken. Default: 3." };
    private static readonly Option<int?> Rounds = new("--rounds") { HelpName = "N", Description = "How often all of it is done. Default: once." };
    private static readonly Option<string[]> Only = new("--only") { HelpName = "NAME", AllowMultipleArgumentsPerToken = true, Description = $"One of {string.Join(", ", Parts)}. Default: all." };

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
            if ((result.GetValue(Only) ?? []).Except(Parts).FirstOrDefault() is { } unknown)
            {
                result.AddError($"--only: expected {string.Join(", ", Parts)}, not {unknown}");
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
        double seconds = parsed.GetValue(Seconds) ?? UsualSeconds;
        var receiving = new Receiving(process, WarmUp, TimeSpan.FromSeconds(seconds));
        int messages = (int)(seconds * 100_000);
        string[] only = parsed.GetValue(Only) ?? [];
        output.WriteLine($"{"",-44}{"messages/s",14}{"ns each",10}{"bytes each",12}");
        for (int round = 0; round < (parsed.GetValue(Rounds) ?? 1); round++)
        {
            if (Wants(only, "receive"))
            {
                using (Peer peer = Peer.Pour(qos: 0))
                {
                    Print(output, "receive  bare socket, framing only", await receiving.RawAsync(peer.Port, cancel));
                }

                using (Peer peer = Peer.Pour(qos: 0))
                {
                    Print(output, "receive  client, QoS 0, empty handler", await receiving.ClientAsync(peer.Port, 0, cancel));
                }

                using (Peer peer = Peer.Pour(qos: 1))
                {
                    Print(output, "receive  client, QoS 1, acknowledged", await receiving.ClientAsync(peer.Port, 1, cancel));
                }
            }

            if (Wants(only, "pipeline"))
            {
                using Peer peer = Peer.Pour(qos: 0);
                Print(output, "pipeline QoS 0, decoded, judged, counted", await receiving.PipelineAsync(peer.Port, cancel));
            }

            await MeasureBrokerAsync(only, receiving, messages, process.Clock, output, cancel);
        }
    }

    private static async Task MeasureBrokerAsync(string[] only, Receiving receiving, int messages, TimeProvider clock, TextWriter output, CancellationToken cancel)
    {
        foreach (int window in Wants(only, "publish") ? new[] { UsualWindow, WideWindow } : [])
        {
            using LocalMosquitto? mosquitto = LocalMosquitto.Start(window);
            if (mosquitto is null)
            {
                output.WriteLine("publish  mosquitto is not installed");
                break;
            }

            var publishing = new Publishing(clock, mosquitto.Port, messages);
            if (window == UsualWindow)
            {
                Print(output, "publish  bare socket, QoS 0", publishing.RawQos0());
                Print(output, "publish  client, QoS 0", await publishing.ClientAsync(0, cancel));
            }

            Print(output, $"publish  bare socket, QoS 1, window {window}", publishing.RawQos1(window));
            Print(output, $"publish  client, QoS 1, window {window}", await publishing.ClientAsync(1, cancel));
        }

        if (Wants(only, "mosquitto"))
        {
            using LocalMosquitto? mosquitto = LocalMosquitto.Start(UsualWindow);
            if (mosquitto is null)
            {
                output.WriteLine("mosquitto is not installed");
                return;
            }

            using Peer blast = Peer.Blast(mosquitto.Port);
            Print(output, "behind mosquitto  bare socket", await receiving.RawAsync(mosquitto.Port, cancel));
            Print(output, "behind mosquitto  client", await receiving.ClientAsync(mosquitto.Port, 0, cancel));
            Print(output, "behind mosquitto  pipeline", await receiving.PipelineAsync(mosquitto.Port, cancel));
        }
    }

    private static bool Wants(string[] only, string name) => only.Length == 0 || only.Contains(name);

    private static void Print(TextWriter output, string name, Cost cost)
    {
        output.WriteLine(FormattableString.Invariant($"{name,-44}{cost.PerSecond,14:N0}{cost.NanosecondsEach,10:N1}{cost.BytesEach,12:N2}"));
        output.Flush();
    }
}
