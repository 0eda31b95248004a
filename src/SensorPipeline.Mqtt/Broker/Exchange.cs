using System.Text;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Broker;

/// <summary>Sessions, retained messages, and who gets what. One lock guards all of it.</summary>
internal sealed class Exchange(DevelopmentBrokerOptions options, TimeProvider clock)
{
    private const int MaximumRoutes = 100_000;

    private readonly Dictionary<string, BrokerSession> sessions = [];
    private readonly Dictionary<byte[], BrokerMessage> retained = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], Route[]> routes = new(BytesComparer.Instance);
    private long assigned;
    private long messagesIn;
    private long messagesDropped;

    public Lock Gate { get; } = new();

    public long MessagesIn => Volatile.Read(ref messagesIn);

    public long MessagesDropped => Volatile.Read(ref messagesDropped);

    public string AssignClientId() => $"assigned-{Interlocked.Increment(ref assigned)}";

    /// <summary>Gives a connection its session, kept or new; null when there are too many.</summary>
    public BrokerSession? Attach(BrokerConnection connection, ConnectPacket connect, out bool present)
    {
        lock (Gate)
        {
            present = sessions.TryGetValue(connect.ClientId, out BrokerSession? session);
            BrokerConnection? loser = session?.Connection;
            bool ended = loser is not null && session!.ExpirySeconds == 0;
            if (present && (connect.CleanStart || ended))
            {
                Remove(session!);
                present = false;
            }

            if (!present)
            {
                if (sessions.Count >= options.MaximumSessions)
                {
                    return null;
                }

                session = new BrokerSession(connect.ClientId, options);
                sessions.Add(connect.ClientId, session);
            }

            session!.ExpirySeconds = connect.SessionExpirySeconds;
            session.Resume(connection);
            loser?.Close(MqttReason.SessionTakenOver);
            return session;
        }
    }

    /// <summary>A connection ended; <paramref name="will"/> is what it leaves if it did not say good-bye.</summary>
    public void Detach(BrokerConnection connection, BrokerSession session, MqttWill? will)
    {
        lock (Gate)
        {
            bool current = session.Connection == connection;
            TimeSpan delay = will is null ? default : TimeSpan.FromSeconds(Math.Min(will.Delay.TotalSeconds, session.ExpirySeconds));
            if (will is not null && delay > TimeSpan.Zero && current)
            {
                session.PendingWill = will;
                session.WillDue = clock.GetUtcNow() + delay;
            }
            else if (will is not null && delay == TimeSpan.Zero)
            {
                PublishWill(will);
            }

            if (current)
            {
                session.Connection = null;
                session.ExpiresAt = session.ExpirySeconds == uint.MaxValue
                    ? DateTimeOffset.MaxValue
                    : clock.GetUtcNow().AddSeconds(session.ExpirySeconds);
                if (session.ExpirySeconds == 0)
                {
                    Remove(session);
                }
            }
        }
    }

    private void Remove(BrokerSession session)
    {
        if (sessions.TryGetValue(session.ClientId, out BrokerSession? kept) && kept == session)
        {
            sessions.Remove(session.ClientId);
            routes.Clear();
        }
    }

    private void PublishWill(MqttWill will) =>
        Publish(Encoding.UTF8.GetBytes(will.Topic), will.Payload.Span, default, will.Qos, will.Retain, publisher: null);

    /// <summary>Ends the sessions and sends the wills whose time has come.</summary>
    public void Sweep()
    {
        lock (Gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            foreach (BrokerSession session in sessions.Values.Where(s => s.Connection is null).ToArray())
            {
                if (session.PendingWill is { } will && session.WillDue <= now)
                {
                    session.PendingWill = null;
                    PublishWill(will);
                }

                if (session.ExpiresAt <= now)
                {
                    Remove(session);
                }
            }
        }
    }

    public void Forget()
    {
        lock (Gate)
        {
            sessions.Clear();
            retained.Clear();
            routes.Clear();
        }
    }

    /// <summary>Takes a message from a client to everyone subscribed.</summary>
    public void Publish(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties, int qos, bool retain, string? publisher)
    {
        lock (Gate)
        {
            messagesIn++;
            BrokerMessage? kept = null;
            if (retain)
            {
                Retain(topic, payload, properties, qos, ref kept);
            }

            foreach (Route route in RoutesOf(topic))
            {
                if (route.NoLocal && route.Session.ClientId == publisher)
                {
                    continue;
                }

                int granted = Math.Min(qos, route.Qos);
                bool offered = Offer(route.Session, topic, payload, properties, route.Identifiers, granted, retain && route.RetainAsPublished, ref kept);
                if (!offered && (granted > 0 || route.Session.Connection is not null))
                {
                    messagesDropped++;
                }
            }
        }
    }

    // What names the subscription is this session's own and stands before what the publisher said.
    private static bool Offer(
        BrokerSession session,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> properties,
        byte[] identifiers,
        int qos,
        bool retain,
        ref BrokerMessage? kept)
    {
        if (identifiers.Length == 0)
        {
            return session.TryOffer(topic, payload, properties, qos, retain, ref kept);
        }

        BrokerMessage? own = null;
        return session.TryOffer(topic, payload, [.. identifiers, .. properties], qos, retain, ref own);
    }

    private Route[] RoutesOf(ReadOnlySpan<byte> topic)
    {
        var lookup = routes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(topic, out Route[]? known))
        {
            return known;
        }

        var found = new List<Route>();
        foreach (BrokerSession session in sessions.Values)
        {
            bool retainAsPublished = false;
            bool noLocal = true;
            int qos = -1;
            var identifiers = new PacketWriter(0);
            foreach ((MqttSubscription subscription, byte[] filter) in session.Subscriptions.Values)
            {
                if (TopicFilter.Matches(filter, topic))
                {
                    qos = Math.Max(qos, subscription.Qos);
                    retainAsPublished |= subscription.RetainAsPublished;
                    noLocal &= subscription.NoLocal;
                    Identify(identifiers, subscription);
                }
            }

            if (qos >= 0)
            {
                found.Add(new Route(session, qos, retainAsPublished, noLocal, identifiers.WrittenSpan.ToArray()));
            }
        }

        if (routes.Count >= MaximumRoutes)
        {
            routes.Clear();
        }

        return routes[topic.ToArray()] = [.. found];
    }

    private static void Identify(PacketWriter properties, MqttSubscription subscription)
    {
        if (subscription.Identifier != 0)
        {
            SubscribePacket.WriteIdentifier(properties, subscription.Identifier);
        }
    }

    private void Retain(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties, int qos, ref BrokerMessage? kept)
    {
        var lookup = retained.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (payload.IsEmpty)
        {
            lookup.Remove(topic);
        }
        else if (retained.Count < options.MaximumRetained || lookup.ContainsKey(topic))
        {
            kept = new BrokerMessage(topic.ToArray(), payload.ToArray(), properties.ToArray(), qos, true);
            lookup[topic] = kept;
        }
        else
        {
            messagesDropped++;
        }
    }

    public MqttReason Subscribe(BrokerSession session, MqttSubscription subscription)
    {
        if (!TopicFilter.IsFilter(subscription.Filter))
        {
            return MqttReason.TopicFilterInvalid;
        }

        if (subscription.Filter.StartsWith("$share/", StringComparison.Ordinal))
        {
            return MqttReason.SharedSubscriptionsNotSupported;
        }

        if (options.AllowSubscribe is { } allow && !allow(subscription.Filter))
        {
            return MqttReason.NotAuthorized;
        }

        lock (Gate)
        {
            bool known = session.Subscriptions.ContainsKey(subscription.Filter);
            byte[] filter = Encoding.UTF8.GetBytes(subscription.Filter);
            session.Subscriptions[subscription.Filter] = (subscription, filter);
            routes.Clear();
            if (subscription.RetainHandling == MqttRetainHandling.Send || (subscription.RetainHandling == MqttRetainHandling.SendWhenNew && !known))
            {
                OfferRetained(session, subscription, filter);
            }
        }

        return (MqttReason)subscription.Qos;
    }

    private void OfferRetained(BrokerSession session, MqttSubscription subscription, byte[] filter)
    {
        var identifier = new PacketWriter(0);
        Identify(identifier, subscription);
        byte[] identifiers = identifier.WrittenSpan.ToArray();
        foreach (BrokerMessage message in retained.Values)
        {
            if (TopicFilter.Matches(filter, message.Topic))
            {
                BrokerMessage? kept = message;
                int qos = Math.Min(message.Qos, subscription.Qos);
                if (!Offer(session, message.Topic, message.Payload, message.Properties, identifiers, qos, true, ref kept))
                {
                    messagesDropped++;
                }
            }
        }
    }

    public MqttReason Unsubscribe(BrokerSession session, string filter)
    {
        lock (Gate)
        {
            routes.Clear();
            return session.Subscriptions.Remove(filter) ? MqttReason.Success : MqttReason.NoSubscriptionExisted;
        }
    }

    private readonly record struct Route(BrokerSession Session, int Qos, bool RetainAsPublished, bool NoLocal, byte[] Identifiers);
}
