using System.Text;
using System.Threading.Channels;

namespace SensorPipeline.Mqtt.Tests;

/// <summary>Keeps a copy of everything a transport tells it; tests wait for what they expect.</summary>
public sealed class RecordingReceiver : IMqttReceiver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Received> messages = Channel.CreateUnbounded<Received>();
    private readonly Channel<MqttConnected> connections = Channel.CreateUnbounded<MqttConnected>();
    private readonly Channel<MqttFault> faults = Channel.CreateUnbounded<MqttFault>();

    /// <summary>Acknowledges each batch at once through this transport.</summary>
    public IMqttTransport? AcknowledgeWith { get; set; }

    /// <summary>What <see cref="OnMessages"/> returns: the back-pressure.</summary>
    public Func<Task>? Hold { get; set; }

    public void OnConnected(in MqttConnected connected) => connections.Writer.TryWrite(connected);

    public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
    {
        foreach (MqttMessage message in messages)
        {
            int[] identifiers = new int[8];
            Array.Resize(ref identifiers, message.CopySubscriptionsTo(identifiers));
            this.messages.Writer.TryWrite(new Received(
                Encoding.UTF8.GetString(message.Topic),
                Encoding.UTF8.GetString(message.Payload),
                message.Qos,
                message.Retain,
                message.Duplicate,
                message.PacketId,
                receipt)
            {
                Identifiers = string.Join(' ', identifiers),
                ContentType = Encoding.UTF8.GetString(message.ContentType),
                Expiry = message.Expiry,
                Id = message.TryGetUserProperty("id"u8, out ReadOnlySpan<byte> id) ? Encoding.UTF8.GetString(id) : null,
            });
        }

        AcknowledgeWith?.Acknowledge(receipt);
        return Hold is { } hold ? new ValueTask(hold()) : default;
    }

    public void OnDisconnected(MqttFault fault) => faults.Writer.TryWrite(fault);

    public Task<MqttConnected> NextConnectionAsync() => NextAsync(connections, "a connection");

    public Task<MqttFault> NextFaultAsync() => NextAsync(faults, "a fault");

    public Task<Received> NextAsync() => NextAsync(messages, "a message");

    public async Task<List<Received>> NextAsync(int count)
    {
        var all = new List<Received>(count);
        while (all.Count < count)
        {
            all.Add(await NextAsync(messages, $"message {all.Count + 1} of {count}"));
        }

        return all;
    }

    /// <summary>What has arrived and was not asked for yet.</summary>
    public List<Received> Rest()
    {
        var all = new List<Received>();
        while (messages.Reader.TryRead(out Received? message))
        {
            all.Add(message);
        }

        return all;
    }

    private static async Task<T> NextAsync<T>(Channel<T> channel, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await channel.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {Patience.TotalSeconds} s");
        }
    }
}

public sealed record Received(string Topic, string Payload, int Qos, bool Retain, bool Duplicate, ushort PacketId, Receipt Receipt)
{
    public string ContentType { get; init; } = "";

    /// <summary>The subscription identifiers it came with.</summary>
    public string Identifiers { get; init; } = "";

    public TimeSpan? Expiry { get; init; }

    /// <summary>The user property "id".</summary>
    public string? Id { get; init; }
}
