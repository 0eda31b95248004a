using System.Diagnostics;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Where messages become inputs, on the connection's thread: everything one socket read held is decoded into one batch and handed to the
/// pipeline's loop with the receipt to acknowledge.
/// </summary>
internal sealed class Intake(ReadingDecoder decoder, WorkQueue queue, TimeProvider clock, IntakeLog log) : IMqttReceiver
{
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InputBatch? begun;
    private bool announceIsDue;
    private long messages;
    private volatile bool closed;

    /// <summary>Messages received.</summary>
    public long Messages => Volatile.Read(ref messages);

    /// <summary>Completes once a connection stands.</summary>
    public Task Connected => connected.Task;

    /// <summary>What was decoded and what was not.</summary>
    public DecodeCounters Counters => decoder.Counters;

    /// <summary>Takes no more: what still comes is neither processed nor acknowledged, and the broker keeps it.</summary>
    public void Close() => closed = true;

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connection)
    {
        begun ??= queue.Rent();
        begun.AddConnectionEpoch(connection.SessionPresent, Now());
        announceIsDue = !queue.TryAdd(new Work(null, null, Chore.Announce));
        log.Connected(connection);
        connected.TrySetResult();
    }

    /// <inheritdoc/>
    public ValueTask OnMessages(MqttMessages received, Receipt receipt)
    {
        if (closed)
        {
            return ValueTask.CompletedTask;
        }

        long began = clock.GetTimestamp();
        Activity? span = BatchTrace.Begin(received);
        EventTime now = Now();
        InputBatch batch = begun ?? queue.Rent();
        begun = null;
        foreach (MqttMessage delivered in received)
        {
            var message = new Message
            {
                Topic = delivered.Topic,
                Payload = delivered.Payload,
                Arrival = now,
                Retained = delivered.Retain,
                Key = delivered.Qos == 0 ? default : new DeliveryKey(delivered.PacketId, delivered.Duplicate, HashOf(delivered)),
            };
            DecodeOutcome outcome = decoder.Decode(message, batch);
            if (outcome.Rejected > 0 && log.Admits(outcome.Reason))
            {
                log.Rejected(decoder.Describe(message, outcome));
            }
        }

        Volatile.Write(ref messages, messages + received.Count);
        Chore chore = announceIsDue ? Chore.Announce : Chore.None;
        announceIsDue = false;
        return queue.AddAsync(new Work(batch, receipt, chore, began, span));
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttFault fault) => log.Disconnected(fault);

    private EventTime Now() => EventTime.From(clock.GetUtcNow());

    private static ulong HashOf(in MqttMessage message) => ContentHash.Of(message.Payload, ContentHash.Of(message.Topic));
}
