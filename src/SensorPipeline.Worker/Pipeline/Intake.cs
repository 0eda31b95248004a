using System.Diagnostics;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Where messages become inputs, on the connection's thread: everything one socket read held is decoded into one batch and handed to the
/// pipeline's loop with the receipt to acknowledge.
/// </summary>
internal sealed class Intake(ReadingDecoder decoder, WorkQueue queue, IMqttTransport transport, TimeProvider clock, IntakeLog log) : IMqttReceiver
{
    // Filters that overlap on one topic; nobody writes more.
    private const int MostSubscriptions = 16;

    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InputBatch? begun;
    private readonly Lock decoding = new();
    private readonly SnapshotWriter state = new();
    private bool announceIsDue;
    private int births;
    private long messages;
    private double clockSkew = double.NaN;
    private bool closed;
    private volatile bool stateIsDue;
    private volatile Task handingOver = Task.CompletedTask;

    /// <summary>Messages received.</summary>
    public long Messages => Volatile.Read(ref messages);

    /// <summary>Arrival of the latest reading less its own time, seconds; NaN before there was one.</summary>
    public double ClockSkew => Volatile.Read(ref clockSkew);

    /// <summary>Completes once a connection stands.</summary>
    public Task Connected => connected.Task;

    /// <summary>The topic on which Home Assistant says that it has started, UTF-8; empty where nobody wants to know.</summary>
    public ReadOnlyMemory<byte> BirthTopic { get; init; }

    /// <summary>Whether Home Assistant has said so since this was asked last.</summary>
    public bool TakeBirth() => Interlocked.Exchange(ref births, 0) != 0;

    /// <summary>What was decoded and what was not.</summary>
    public DecodeCounters Counters => decoder.Counters;

    /// <summary>Asks for what the decoder remembers, to come with the next batch: so it is never ahead of the log that a checkpoint stands beside.</summary>
    public void RequestState() => stateIsDue = true;

    /// <summary>Reads by other sources from the next message on; from any thread.</summary>
    public void Use(SourceSet sources)
    {
        lock (decoding)
        {
            decoder.Use(sources);
        }
    }

    /// <summary>Sends what devices are to be asked by now; from any thread.</summary>
    public void SendRequests()
    {
        lock (decoding)
        {
            SendRequests(Now());
        }
    }

    /// <summary>
    /// Takes no more: what still comes is neither processed nor acknowledged, and the broker keeps it. What was decoded is handed over when this
    /// completes, and the last work holds what the decoder remembers.
    /// </summary>
    public async Task CloseAsync()
    {
        byte[] last;
        lock (decoding)
        {
            closed = true;
            last = State();
        }

        await handingOver;
        await queue.AddAsync(new Work(null, null) { DecoderState = last });
    }

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
        Work work;
        lock (decoding)
        {
            if (closed)
            {
                return ValueTask.CompletedTask;
            }

            long began = clock.GetTimestamp();
            Activity? span = BatchTrace.Begin(received);
            work = new Work(Decode(received), receipt, announceIsDue ? Chore.Announce : Chore.None, began, span) { DecoderState = stateIsDue ? State() : null };
            stateIsDue = false;
            announceIsDue = false;
        }

        Volatile.Write(ref messages, messages + received.Count);
        ValueTask adding = queue.AddAsync(work);
        return adding.IsCompleted ? adding : new ValueTask(handingOver = adding.AsTask());
    }

    private InputBatch Decode(MqttMessages received)
    {
        EventTime now = Now();
        InputBatch batch = begun ?? queue.Rent();
        begun = null;
        Span<int> subscriptions = stackalloc int[MostSubscriptions];
        foreach (MqttMessage delivered in received)
        {
            if (IsBirth(delivered))
            {
                continue;
            }

            var message = new Message
            {
                Topic = delivered.Topic,
                Payload = delivered.Payload,
                Arrival = now,
                Retained = delivered.Retain,
                Subscriptions = subscriptions[..delivered.CopySubscriptionsTo(subscriptions)],
                Key = delivered.Qos == 0 ? default : new DeliveryKey(delivered.PacketId, delivered.Duplicate, HashOf(delivered)),
            };
            DecodeOutcome outcome = decoder.Decode(message, batch);
            if (outcome.Rejected > 0 && log.Admits(outcome.Reason))
            {
                log.Rejected(decoder.Describe(message, outcome));
            }
        }

        if (batch.Count > 0 && batch.Inputs[^1] is { Kind: InputKind.Reading } latest)
        {
            Volatile.Write(ref clockSkew, (latest.Arrival - latest.Time).TotalSeconds);
        }

        SendRequests(now);
        return batch;
    }

    private void SendRequests(EventTime now)
    {
        while (decoder.TryTakeRequest(now, out CommandRequest? request))
        {
            transport.TryPublish(request.Topic, request.Payload.Span, qos: 0, retain: false);
        }
    }

    private bool IsBirth(in MqttMessage delivered)
    {
        if (BirthTopic.IsEmpty || !delivered.Topic.SequenceEqual(BirthTopic.Span))
        {
            return false;
        }

        births |= delivered.Payload.SequenceEqual("online"u8) && !delivered.Retain ? 1 : 0;
        return true;
    }

    private byte[] State()
    {
        state.Clear();
        decoder.Save(state);
        return state.Written.ToArray();
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttFault fault) => log.Disconnected(fault);

    private EventTime Now() => EventTime.From(clock.GetUtcNow());

    private static ulong HashOf(in MqttMessage message) => ContentHash.Of(message.Payload, ContentHash.Of(message.Topic));
}
