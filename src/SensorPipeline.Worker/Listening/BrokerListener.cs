using System.Globalization;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Listening;

/// <summary>
/// Listens on a broker for a while, beside a running service: under a client identifier of its own, without a session, at quality of service 0,
/// so that it neither takes the service's messages nor leaves anything behind.
/// </summary>
internal sealed class BrokerListener : IMqttReceiver, IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly MqttClient client;
    private readonly TimeProvider clock;
    private readonly IAudience audience;
    private readonly TextWriter error;
    private readonly TaskCompletionSource<MqttFault?> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttFault? refusal;

    /// <summary>What is published once enough has been heard; it is waited for until it has gone out.</summary>
    public Action<IMqttTransport>? AtTheEnd { get; init; }

    /// <summary>Prepares to listen; nothing runs yet.</summary>
    public BrokerListener(ServiceOptions options, IReadOnlyList<string> filters, IAudience audience, TimeProvider clock, TextWriter error)
    {
        this.clock = clock;
        this.audience = audience;
        this.error = error;
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        client = new MqttClient(
            options.Broker.ToClientOptions($"{options.ClientId}-listen-{own}") with
            {
                CleanStart = true,
                SessionExpiry = TimeSpan.Zero,
                MaximumPacketSize = (2 * options.Limits.PayloadBytes) + (1 << 17),
                Subscriptions = [.. filters.Select(filter => new MqttSubscription { Filter = filter, Qos = 0 })],
            },
            clock,
            new Random(Environment.ProcessId));
    }

    /// <summary>
    /// Listens until the audience is satisfied, the time is over or it is cancelled. Whatever ends a connection is told; false where it kept the
    /// first one from standing, a later one is made again.
    /// </summary>
    public async Task<bool> RunAsync(TimeSpan? duration, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task running = client.RunAsync(this, stop.Token);
        MqttFault? fault = null;
        try
        {
            fault = await first.Task.WaitAsync(cancel);
            await WaitAsync(fault is null ? duration ?? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancel);
            if (fault is null && AtTheEnd is not null)
            {
                AtTheEnd(client);
                await client.FlushAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how listening without an end ends.
        }

        await stop.CancelAsync();
        await running;
        if (fault is not null)
        {
            Tell(fault);
        }

        return fault is null;
    }

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connection) => first.TrySetResult(null);

    /// <inheritdoc/>
    public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
    {
        EventTime now = EventTime.From(clock.GetUtcNow());
        foreach (MqttMessage message in messages)
        {
            if (!audience.IsSatisfied)
            {
                audience.Hear(new Message { Topic = message.Topic, Payload = message.Payload, Arrival = now, Retained = message.Retain });
            }
        }

        client.Acknowledge(receipt);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttFault fault)
    {
        if (!first.TrySetResult(fault) && first.Task.Result is null)
        {
            Tell(fault);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => client.DisposeAsync();

    private void Tell(MqttFault fault) => error.WriteLine(ConfigurationFault.OneLine(fault.Text));

    private async Task WaitAsync(TimeSpan duration, CancellationToken cancel)
    {
        long began = clock.GetTimestamp();
        while (!audience.IsSatisfied && (duration == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(began) < duration))
        {
            await Task.Delay(BetweenLooks, clock, cancel);
            if (client.Status.LastRefusal is { } refused && refused != refusal)
            {
                refusal = refused;
                error.WriteLine(ConfigurationFault.OneLine(refused.Text));
            }
        }
    }
}
