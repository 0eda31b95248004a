using SensorPipeline.Mqtt.Packets;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class AllocationTests
{
    private const int Messages = 10_000;

    [Theory]
    [InlineData(MqttProtocolVersion.V311, 0)]
    [InlineData(MqttProtocolVersion.V311, 1)]
    [InlineData(MqttProtocolVersion.V5, 0)]
    [InlineData(MqttProtocolVersion.V5, 1)]
    public async Task Receiving_and_acknowledging_allocates_nothing_for_a_message(MqttProtocolVersion version, int qos)
    {
        using var pouring = new PouringStream(version, qos, rounds: 40);
        var options = new MqttClientOptions { Host = "poured", ClientId = "c", ProtocolVersion = version };
        await using var client = new MqttClient(options, TimeProvider.System, new Random(1), _ => Task.FromResult<Stream>(pouring));
        var receiver = new AllocationMeter(client);
        using var cancel = new CancellationTokenSource();
        Task running = client.RunAsync(receiver, cancel.Token);
        await receiver.Ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await running;
        Assert.Equal(40 * Messages, receiver.Count);
        Assert.InRange(receiver.Least / (double)AllocationMeter.Stretch, 0, 0.01);
    }

    [Fact]
    public void Publishing_allocates_nothing_for_a_message_once_the_outbox_has_grown()
    {
        var options = new MqttClientOptions { Host = "nowhere", ClientId = "c", OutboxMessages = 1000, OutboxBytes = 1 << 20 };
        var outbox = new Mqtt.Connections.Outbox(options.OutboxBytes, options.OutboxMessages, 0, new Mqtt.Connections.Counters());
        outbox.Attach(MqttProtocolVersion.V5, new MqttServerLimits(), sessionPresent: false);
        var writer = new PacketWriter(1 << 20);
        int left = 0, round = 0;

        Assert.Equal(0, Allocation.OfEveryRun(() =>
        {
            for (int i = 0; i < 900; i++)
            {
                left += outbox.TryAdd("sensors/a"u8, default, "21.5"u8, i & 1, false) ? 0 : 1;
            }

            for (int fills = 0; fills < 4; fills++)
            {
                writer.Clear();
                outbox.Fill(writer);
                outbox.OnWritten();
            }

            for (int i = 0; i < 450; i++)
            {
                outbox.OnAnswered(PacketType.PubAck, (ushort)((((round * 450) + i) % Mqtt.Connections.PacketIdSequence.Last) + 1), MqttReason.Success);
            }

            left += outbox.Length;
            round++;
        }));
        Assert.Equal(0, left);
    }

    /// <summary>Reads complete at once, so the whole reading stays on one thread, whose allocations are counted.</summary>
    private sealed class AllocationMeter(MqttClient client) : IMqttReceiver
    {
        /// <summary>Messages of a stretch.</summary>
        public const int Stretch = 5 * Messages;

        private int thread;
        private int began;
        private long allocated;

        public int Count { get; private set; }

        /// <summary>Bytes of the stretch that took fewest: what the runtime sets up once is in one only.</summary>
        public long Least { get; private set; } = long.MaxValue;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnConnected(in MqttConnected connected)
        {
        }

        public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
        {
            Count += messages.Count;
            client.Acknowledge(receipt);
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (thread == Environment.CurrentManagedThreadId && Count - began < Stretch)
            {
                return default;
            }

            Least = thread == Environment.CurrentManagedThreadId ? Math.Min(Least, now - allocated) : Least;
            (thread, began, allocated) = (Environment.CurrentManagedThreadId, Count, now);
            return default;
        }

        public void OnDisconnected(MqttFault fault) => Ended.TrySetResult();
    }

    /// <summary>A broker that accepts and then pours the same messages again and again, as fast as it is read.</summary>
    private sealed class PouringStream : Stream
    {
        private readonly byte[] accept;
        private readonly byte[] block;
        private readonly int rounds;
        private readonly bool acknowledged;
        private readonly TaskCompletionSource firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int at = -1;
        private int round;
        private int acknowledgedBytes;
        private bool connected;

        public PouringStream(MqttProtocolVersion version, int qos, int rounds)
        {
            this.rounds = rounds;
            acknowledged = qos > 0;
            var writer = new PacketWriter(1 << 20);
            ConnAckPacket.Write(writer, version, false, MqttReason.Success, new MqttServerLimits());
            accept = writer.WrittenSpan.ToArray();
            writer.Clear();
            for (int i = 0; i < Messages; i++)
            {
                PublishPacket.Write(writer, version, qos << 1, "sensors/site-1/dev-0001/temperature"u8, (ushort)(i + 1), default, "{\"value\":21.5}"u8);
            }

            block = writer.WrittenSpan.ToArray();
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (at < 0)
            {
                at = 0;
                accept.CopyTo(buffer);
                return new(accept.Length);
            }

            if (round == rounds)
            {
                return new(0);
            }

            // A broker gives an identifier out again only after its acknowledgement, which is four bytes long.
            while (acknowledged && at == 0 && Volatile.Read(ref acknowledgedBytes) / 4 < round * Messages)
            {
                Thread.Yield();
            }

            int count = Math.Min(buffer.Length, block.Length - at);
            block.AsMemory(at, count).CopyTo(buffer);
            at += count;
            if (at == block.Length)
            {
                at = 0;
                round++;
                firstRound.TrySetResult();
            }

            return new(count);
        }

        /// <summary>The first round is taken in before any of it can be acknowledged, so that what waits is as much as it will ever be.</summary>
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (connected)
            {
                await firstRound.Task;
                Interlocked.Add(ref acknowledgedBytes, buffer.Length);
            }

            connected = true;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
