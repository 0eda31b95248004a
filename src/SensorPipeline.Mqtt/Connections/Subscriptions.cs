using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// What a session subscribes to: the filters wanted, those the broker's session has, and the packets that wait for their answer. Each
/// connection, and each change on a living one, sends the difference. Thread-safe.
/// </summary>
internal sealed class Subscriptions
{
    private const int FiltersInOnePacket = 64;
    private const int FirstId = PacketIdSequence.Last + 1;

    private readonly Lock gate = new();
    private readonly MqttProtocolVersion version;

    // What a filter without its options stands at is not known: its packet was not answered yet, or it comes from an earlier run.
    private readonly Dictionary<string, MqttSubscription?> held = [];
    private readonly Dictionary<ushort, Packet> unanswered = [];
    private readonly Queue<Packet> waiting = [];
    private readonly HashSet<string> refused = [];
    private MqttSubscription[] wanted;
    private bool identifiers;
    private bool changed;

    public Subscriptions(MqttClientOptions options)
    {
        version = options.ProtocolVersion;
        wanted = [.. options.Subscriptions];
        foreach (string filter in options.FormerFilters)
        {
            held[filter] = null;
        }
    }

    /// <summary>Whether every answer has come.</summary>
    public bool IsAnswered
    {
        get
        {
            lock (gate)
            {
                return unanswered.Count + waiting.Count == 0;
            }
        }
    }

    /// <summary>Whether the broker has granted every filter.</summary>
    public bool IsGranted
    {
        get
        {
            lock (gate)
            {
                return unanswered.Count + waiting.Count == 0 && !wanted.Any(subscription => refused.Contains(subscription.Filter));
            }
        }
    }

    /// <summary>A connection stands: appends what the session needs.</summary>
    public void Attach(PacketWriter control, bool sessionPresent, MqttServerLimits limits)
    {
        lock (gate)
        {
            changed = false;
            identifiers = version == MqttProtocolVersion.V5 && limits.SubscriptionIdentifierAvailable;
            unanswered.Clear();
            waiting.Clear();
            refused.Clear();
            if (!sessionPresent)
            {
                held.Clear();
            }

            // MQTT 3.1.1 sends every retained message again for a repeated SUBSCRIBE, so what the session has is left alone.
            bool all = version == MqttProtocolVersion.V5;
            Subscribe(wanted.Where(subscription => all || !IsHeld(subscription)), sessionPresent);
            Unsubscribe();
            Send(control);
        }
    }

    /// <summary>Wants other filters from now on.</summary>
    public void Change(IReadOnlyList<MqttSubscription> subscriptions)
    {
        lock (gate)
        {
            wanted = [.. subscriptions];
            changed = true;
        }
    }

    /// <summary>Appends what a change has left to say on the connection that stands; false when there was none.</summary>
    public bool TryUpdate(PacketWriter control)
    {
        lock (gate)
        {
            bool due = changed;
            changed = false;
            if (due)
            {
                ILookup<bool, MqttSubscription> missing = wanted.Where(subscription => !IsHeld(subscription)).ToLookup(subscription => held.ContainsKey(subscription.Filter));
                Subscribe(missing[true], resumed: true);
                Subscribe(missing[false], resumed: false);
                Unsubscribe();
                Send(control);
            }

            return due;
        }
    }

    private bool IsHeld(MqttSubscription subscription) => held.TryGetValue(subscription.Filter, out MqttSubscription? known) && known == subscription;

    // A packet has one identifier for all its filters.
    private void Subscribe(IEnumerable<MqttSubscription> subscriptions, bool resumed)
    {
        foreach (IGrouping<int, MqttSubscription> alike in subscriptions.GroupBy(subscription => identifiers ? subscription.Identifier : 0))
        {
            foreach (MqttSubscription[] some in alike.Chunk(FiltersInOnePacket))
            {
                waiting.Enqueue(new Packet(PacketType.Subscribe, alike.Key, resumed, some, [.. some.Select(subscription => subscription.Filter)]));
            }
        }
    }

    private void Unsubscribe()
    {
        IEnumerable<string> gone = held.Keys.Except(wanted.Select(subscription => subscription.Filter));
        foreach (string[] some in gone.Chunk(FiltersInOnePacket))
        {
            waiting.Enqueue(new Packet(PacketType.Unsubscribe, 0, false, [], some));
        }
    }

    private void Send(PacketWriter control)
    {
        for (int id = FirstId; id <= ushort.MaxValue && waiting.Count > 0; id++)
        {
            if (!unanswered.ContainsKey((ushort)id))
            {
                Packet packet = waiting.Dequeue();
                unanswered.Add((ushort)id, packet);
                Write(control, (ushort)id, packet);
            }
        }
    }

    private void Write(PacketWriter control, ushort id, Packet packet)
    {
        foreach (string filter in packet.Filters)
        {
            held[filter] = null;
        }

        if (packet.Type == PacketType.Subscribe)
        {
            SubscribePacket.Write(control, version, id, packet.Identifier, packet.Subscriptions, packet.Resumed);
        }
        else
        {
            SubscribePacket.WriteUnsubscribe(control, version, id, packet.Filters);
        }
    }

    /// <summary>SUBACK or UNSUBACK arrived; more may be appended. <paramref name="fault"/> tells of the last refusal in it.</summary>
    public MqttReason OnAnswered(PacketType type, ReadOnlySpan<byte> body, PacketWriter control, out MqttFault? fault)
    {
        fault = null;
        MqttReason reason = SubAckPacket.TryRead(body, version, type, out ushort id, out ReadOnlySpan<byte> codes);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        lock (gate)
        {
            PacketType asked = type == PacketType.SubAck ? PacketType.Subscribe : PacketType.Unsubscribe;
            bool coded = version == MqttProtocolVersion.V5 || type == PacketType.SubAck;
            if (!unanswered.TryGetValue(id, out Packet? packet) || packet.Type != asked || (coded && codes.Length != packet.Filters.Length))
            {
                return MqttReason.ProtocolError;
            }

            for (int i = 0; i < packet.Filters.Length; i++)
            {
                fault = Take(packet, i, coded ? (MqttReason)codes[i] : MqttReason.Success) ?? fault;
            }

            unanswered.Remove(id);
            Send(control);
            return MqttReason.Success;
        }
    }

    private MqttFault? Take(Packet packet, int index, MqttReason code)
    {
        string filter = packet.Filters[index];
        bool subscribing = packet.Type == PacketType.Subscribe;
        if (code >= MqttReason.Unspecified)
        {
            string what = subscribing ? "the subscription" : "to take back the subscription";
            if (subscribing)
            {
                refused.Add(filter);
                held.Remove(filter);
            }

            return new MqttFault(MqttFaultKind.SubscriptionRefused, $"the broker refused {what} '{filter}': {MqttReasons.Describe(code)}", code);
        }

        if (subscribing)
        {
            held[filter] = packet.Subscriptions[index];
            refused.Remove(filter);
        }
        else
        {
            held.Remove(filter);
        }

        return null;
    }

    private sealed record Packet(PacketType Type, int Identifier, bool Resumed, MqttSubscription[] Subscriptions, string[] Filters);
}
