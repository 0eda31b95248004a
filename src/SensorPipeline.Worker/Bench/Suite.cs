using SensorPipeline.Worker.Commands;

namespace SensorPipeline.Worker.Bench;

/// <summary>Everything <c>bench</c> measures: parts a person can choose from, each of comparisons with a bare socket.</summary>
internal sealed class Suite(ProcessContext process, double seconds, int rounds, TextWriter output)
{
    /// <summary>What can be chosen.</summary>
    public static readonly string[] Parts = ["receive", "pipeline", "publish", "mosquitto"];

    private const int UsualWindow = 20;
    private const int WideWindow = 1000;
    private const double LongestWarmUpSeconds = 2;
    private const int MessagesPerSecond = 100_000;

    private readonly Receiving receiving = new(process, TimeSpan.FromSeconds(Math.Min(LongestWarmUpSeconds, seconds)), TimeSpan.FromSeconds(seconds));

    /// <summary>Measures a part.</summary>
    public Task RunAsync(string part, CancellationToken cancel) => part switch
    {
        "receive" => CompareAsync(
            cancel,
            Poured("receive  bare socket, framing only", 0, receiving.RawAsync),
            Poured("receive  client, QoS 0, empty handler", 0, (port, token) => receiving.ClientAsync(port, 0, token)),
            Poured("receive  client, QoS 1, acknowledged", 1, (port, token) => receiving.ClientAsync(port, 1, token))),
        "pipeline" => CompareAsync(
            cancel,
            Poured("pipeline bare socket, framing only", 0, receiving.RawAsync),
            Poured("pipeline QoS 0, decoded, judged, counted", 0, receiving.PipelineAsync)),
        "publish" => PublishAsync(cancel),
        _ => SubscribeAsync(cancel),
    };

    private async Task PublishAsync(CancellationToken cancel)
    {
        foreach (int window in new[] { UsualWindow, WideWindow })
        {
            using LocalMosquitto? mosquitto = StartMosquitto(window);
            if (mosquitto is null)
            {
                return;
            }

            var publishing = new Publishing(process.Clock, mosquitto.Port, (int)(seconds * MessagesPerSecond));
            if (window == UsualWindow)
            {
                await CompareAsync(
                    cancel,
                    new Measurement("publish  bare socket, QoS 0", _ => Task.FromResult(publishing.RawQos0())),
                    new Measurement("publish  client, QoS 0", token => publishing.ClientAsync(0, token)));
            }

            await CompareAsync(
                cancel,
                new Measurement($"publish  bare socket, QoS 1, window {window}", _ => Task.FromResult(publishing.RawQos1(window))),
                new Measurement($"publish  client, QoS 1, window {window}", token => publishing.ClientAsync(1, token)));
        }
    }

    private async Task SubscribeAsync(CancellationToken cancel)
    {
        using LocalMosquitto? mosquitto = StartMosquitto(UsualWindow);
        if (mosquitto is null)
        {
            return;
        }

        using Peer blast = Peer.Blast(mosquitto.Port);
        await CompareAsync(
            cancel,
            new Measurement("behind mosquitto  bare socket", token => receiving.RawAsync(mosquitto.Port, token)),
            new Measurement("behind mosquitto  client", token => receiving.ClientAsync(mosquitto.Port, 0, token)),
            new Measurement("behind mosquitto  pipeline", token => receiving.PipelineAsync(mosquitto.Port, token)));
    }

    private Task CompareAsync(CancellationToken cancel, params Measurement[] measurements) => new Comparison(measurements).RunAsync(rounds, output, cancel);

    // Each time from a peer of its own, which serves one subscriber.
    private static Measurement Poured(string name, int qos, Func<int, CancellationToken, Task<Cost>> take) => new(name, async cancel =>
    {
        using Peer peer = Peer.Pour(qos);
        return await take(peer.Port, cancel);
    });

    private LocalMosquitto? StartMosquitto(int window)
    {
        LocalMosquitto? mosquitto = LocalMosquitto.Start(window);
        if (mosquitto is null)
        {
            output.WriteLine("mosquitto is not installed: nothing is published to it, and nothing read behind it");
        }

        return mosquitto;
    }
}
