using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Events on their way to the broker, as the bytes that are published. One leaves as soon as its input is durable, so that its identifier is for
/// good, and stays until the broker has acknowledged it: what a checkpoint holds of it is sent again after a crash, under the same identifier.
/// Bounded; when too many wait the oldest is dropped and counted. On the loop's thread.
/// </summary>
internal sealed class EventOutbox
{
    private const int Limit = 10_000;
    private const int Qos = 1;

    private readonly Queue<Entry> waiting = new();
    private readonly Queue<(Entry Entry, long Position)> sent = new();
    private volatile bool hasWaiting;

    /// <summary>Events that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether an event waits to be sent; from any thread.</summary>
    public bool HasWaiting => hasWaiting;

    /// <summary>Adds the event of an input.</summary>
    public void Add(long sequence, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (waiting.Count >= Limit)
        {
            waiting.Dequeue();
            Dropped++;
        }

        waiting.Enqueue(new Entry(sequence, topic.ToArray(), payload.ToArray()));
        hasWaiting = true;
    }

    /// <summary>Sends what waits and whose input lies before <paramref name="committed"/>, as far as the transport takes it.</summary>
    public void Send(IMqttTransport transport, long committed)
    {
        while (waiting.TryPeek(out Entry entry) && entry.Sequence < committed && transport.TryPublish(entry.Topic, entry.Payload, Qos, retain: false))
        {
            waiting.Dequeue();
            sent.Enqueue((entry, transport.Status.Queued));
        }

        hasWaiting = waiting.Count > 0;
        if (sent.Count > 0)
        {
            Settle(transport.Status.Settled);
        }
    }

    /// <summary>Appends every event that the broker has not acknowledged.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(sent.Count + waiting.Count);
        foreach ((Entry entry, _) in sent)
        {
            entry.Save(writer);
        }

        foreach (Entry entry in waiting)
        {
            entry.Save(writer);
        }
    }

    /// <summary>Restores the events that were saved; all of them wait.</summary>
    /// <exception cref="InvalidDataException">The bytes are no events.</exception>
    public void Load(ref SnapshotReader reader)
    {
        for (int remaining = reader.Read<int>(); remaining > 0; remaining--)
        {
            Add(reader.Read<long>(), reader.ReadArray<byte>(), reader.ReadArray<byte>());
        }
    }

    private void Settle(long settled)
    {
        while (sent.TryPeek(out (Entry, long Position) oldest) && oldest.Position <= settled)
        {
            sent.Dequeue();
        }
    }

    private readonly record struct Entry(long Sequence, byte[] Topic, byte[] Payload)
    {
        public void Save(SnapshotWriter writer)
        {
            writer.Write(Sequence);
            writer.WriteSpan<byte>(Topic);
            writer.WriteSpan<byte>(Payload);
        }
    }
}
