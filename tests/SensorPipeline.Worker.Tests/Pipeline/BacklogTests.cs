using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.Tests.Pipeline.Simulated;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

/// <summary>What the client's window lets in and what the graph's memory of deliveries reaches back to, against a broker that has more in flight than there are identifiers.</summary>
public class BacklogTests
{
    private const int Messages = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Killed_again_and_again_over_a_backlog_with_interrupted_releases_every_message_counts_once(int seed)
    {
        var random = new Random(seed);
        var broker = new SimulatedBacklog(Messages, random);
        var service = new Receiver();
        for (int connection = 0; !broker.IsEmpty; connection++)
        {
            Assert.True(connection < 2000, "it does not come to an end");
            broker.Connect(service.Begin(), service.Deliver);
            if (random.Next(3) > 0)
            {
                service.Kill();
            }
        }

        Assert.All(service.Count(), times => Assert.Equal(1, times));
        Assert.True(broker.Forgotten > 0, "no release was interrupted");
    }

    /// <summary>The service as far as it matters here: a window for each connection, and a memory that a checkpoint and the log behind it bring back.</summary>
    private sealed class Receiver
    {
        private readonly List<(int Message, bool Repeat)> counted = [];
        private readonly List<(int Message, DeliveryKey Key)> log = [];
        private Redelivery redelivery = new();
        private PacketIdSet awaitingRelease = new();
        private byte[] checkpoint = [];
        private int countedBefore;

        public ReceiveWindow Begin()
        {
            redelivery.BeginEpoch(sessionResumed: true);
            var writer = new SnapshotWriter();
            redelivery.Save(writer);
            checkpoint = writer.Written.ToArray();
            countedBefore = counted.Count;
            log.Clear();
            return new ReceiveWindow(awaitingRelease, Redelivery.Reach);
        }

        public void Deliver(int message, DeliveryKey key)
        {
            log.Add((message, key));
            counted.Add((message, redelivery.IsRepeat(new Input { Kind = InputKind.Reading, Key = key.Bits })));
        }

        public int[] Count()
        {
            int[] times = new int[Messages];
            foreach ((int message, bool repeat) in counted)
            {
                times[message] += repeat ? 0 : 1;
            }

            return times;
        }

        /// <summary>A new process: what it knew of the session is gone, and its memory of deliveries comes from the disk.</summary>
        public void Kill()
        {
            awaitingRelease = new PacketIdSet();
            counted.RemoveRange(countedBefore, counted.Count - countedBefore);
            redelivery = new Redelivery();
            var reader = new SnapshotReader(checkpoint);
            redelivery.Load(ref reader);
            foreach ((int message, DeliveryKey key) in log)
            {
                counted.Add((message, redelivery.IsRepeat(new Input { Kind = InputKind.Reading, Key = key.Bits })));
            }
        }
    }
}
