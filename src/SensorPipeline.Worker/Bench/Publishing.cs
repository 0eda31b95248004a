using System.Text;
using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Bench;

/// <summary>What publishing to a real broker costs, beside a bare socket that does the same.</summary>
internal sealed class Publishing(TimeProvider clock, int port, int count)
{
    // Until the outbox has grown and the hot path is compiled for good.
    private const int LongestWarmUp = 120_000;

    /// <summary>Blocks of packets made beforehand; the broker's answer to a ping tells that it has taken them all.</summary>
    public Cost RawQos0()
    {
        const int BlockLength = 10_000;
        using RawConnection broker = RawConnection.Open("127.0.0.1", port, "bench-raw");
        byte[] block = RawPackets.Block(BlockLength, 0, 0);
        return Measure(() =>
        {
            for (int sent = 0; sent < count; sent += BlockLength)
            {
                broker.Send(block);
            }

            broker.Send([0xC0, 0]);
            broker.Next();
        });
    }

    /// <summary>A sliding window: as many messages go out as acknowledgements came in one read.</summary>
    public Cost RawQos1(int window)
    {
        using RawConnection broker = RawConnection.Open("127.0.0.1", port, "bench-raw");
        const int Cycle = 60_000;
        byte[] block = RawPackets.Block(Cycle, 1, 1);
        int[] ends = [0, .. EndsOf(block)];
        return Measure(() =>
        {
            int free = window;
            for (int sent = 0, acknowledged = 0; acknowledged < count;)
            {
                int next = Math.Min(free, Math.Min(count - sent, Cycle - (sent % Cycle)));
                broker.Send(block.AsSpan(ends[sent % Cycle]..ends[(sent % Cycle) + next]));
                sent += next;
                int answers = broker.Count(type: 4);
                acknowledged += answers;
                free += answers - next;
            }
        });
    }

    /// <summary>The client; with QoS 0 the broker's answer to one last message of QoS 1 tells that it has taken them all.</summary>
    public async Task<Cost> ClientAsync(int qos, CancellationToken cancel)
    {
        var options = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "bench-client", CleanStart = true };
        await using var client = new MqttClient(options, clock, new Random(1));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task running = client.RunAsync(new CountingReceiver(), stop.Token);
        while (!client.Status.IsReady)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock, cancel);
        }

        byte[][] topics = [.. Enumerable.Range(0, RawPackets.Sensors).Select(sensor => Encoding.ASCII.GetBytes(RawPackets.Topic(sensor)))];
        byte[][] payloads = [.. Enumerable.Range(0, RawPackets.Sensors).Select(RawPackets.Payload)];
        await PublishAsync(client, topics, payloads, Math.Min(LongestWarmUp, count), qos, cancel);
        var meter = new Meter(clock, () => client.Status.MessagesOut);
        meter.Begin();
        await PublishAsync(client, topics, payloads, count, qos, cancel);
        Cost cost = meter.End();
        await stop.CancelAsync();
        await running;
        return cost;
    }

    private static async Task PublishAsync(MqttClient client, byte[][] topics, byte[][] payloads, int count, int qos, CancellationToken cancel)
    {
        for (int i = 0; i < count;)
        {
            // Half an outbox at a time: the sender never runs dry while it is filled again.
            for (int end = Math.Min(count, i + 40_000); i < end; i++)
            {
                while (!client.TryPublish(topics[i % topics.Length], payloads[i % payloads.Length], qos, retain: false))
                {
                    await client.FlushAsync(cancel);
                }
            }
        }

        client.TryPublish(topics[0], payloads[0], qos: 1, retain: false);
        await client.FlushAsync(cancel);
    }

    private Cost Measure(Action work)
    {
        long done = 0;
        var meter = new Meter(clock, () => done);
        meter.Begin();
        work();
        done = count;
        return meter.End();
    }

    private static IEnumerable<int> EndsOf(byte[] block)
    {
        for (int end = 0; end < block.Length;)
        {
            end += RawPackets.Frame(block.AsSpan(end));
            yield return end;
        }
    }
}
