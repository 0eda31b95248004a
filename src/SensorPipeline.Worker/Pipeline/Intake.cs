using System.IO.Hashing;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Where messages become inputs, on the connection's thread: everything one socket read held is decoded into one batch and handed to the
/// pipeline's loop with the receipt to acknowledge.
/// </summary>
internal sealed class Intake(ReadingDecoder decoder, WorkQueue queue, TimeProvider clock, IntakeLog log) : IMqttReceiver
{
    private volatile bool closed;

    /// <summary>Messages received.</summary>
    public long Messages { get; private set; }

    /// <summary>Takes no more: what still comes is neither processed nor acknowledged, and the broker keeps it.</summary>
    public void Close() => closed = true;

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connected)
    {
        InputBatch batch = queue.Rent();
        batch.AddConnectionEpoch(connected.SessionPresent, Now());
        pending = batch;
        log.Connected(connected);
    }

    /// <inheritdoc/>
    public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
    {
        if (closed)
        {
            return ValueTask.CompletedTask;
        }

        EventTime now = Now();
        InputBatch batch = pending ?? queue.Rent();
        pending = null;
        foreach (MqttMessage message in messages)
        {
            Messages++;
            var key = message.Qos == 0 ? default : new DeliveryKey(message.PacketId, message.Duplicate, Hash(message));
            var delivered = new Message(message.Topic, message.Payload, now, message.Retain, key);
            if (decoder.Decode(delivered, batch) is var outcome && outcome.IsRejected)
            {
                log.Rejected(outcome, message.Topic, message.Payload);
            }
        }

        return queue.AddAsync(new Work(batch, receipt));
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttFault fault) => log.Disconnected(fault);

    private EventTime Now() => EventTime.From(clock.GetUtcNow());
}
