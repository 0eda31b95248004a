namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>What every transport must do with every broker, in both protocol versions.</summary>
public abstract class TransportConformance : IAsyncLifetime
{
    private IBrokerUnderTest? broker;

    protected IBrokerUnderTest Broker => broker!;

    /// <summary>Starts a broker; with <paramref name="password"/> it lets in only the user "sensors" who has it.</summary>
    protected abstract Task<IBrokerUnderTest> StartBrokerAsync(string? password);

    /// <summary>The transport under test; the built-in client unless a suite says otherwise.</summary>
    protected virtual IMqttTransport Create(MqttClientOptions options) => new MqttClient(options, TimeProvider.System, new Random(1));

    public async ValueTask InitializeAsync() => broker = await StartBrokerAsync(null);

    public async ValueTask DisposeAsync()
    {
        if (broker is not null)
        {
            await broker.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>What this broker does not do, in words; null where it does.</summary>
    protected virtual string? Lacks(BrokerFeature feature) => null;

    // Where a broker gives out new identifiers for what it sends again, nothing is asked of them.
    private ushort Again(Received first, Received again) => Lacks(BrokerFeature.SameIdentifiers) is null ? first.PacketId : again.PacketId;

    private bool MarksDuplicates => Lacks(BrokerFeature.DuplicateFlag) is null;

    private void Needs(BrokerFeature feature)
    {
        string? lack = Lacks(feature);
        Assert.SkipWhen(lack is not null, $"{GetType().Name[..^"ConformanceTests".Length]}: {lack}");
    }

    private MqttClientOptions Options(MqttProtocolVersion version, params (string, int)[] filters)
    {
        if (version == MqttProtocolVersion.V5)
        {
            Needs(BrokerFeature.Version5);
        }

        return RunningClient.Options(Broker.Port, version, filters);
    }

    private RunningClient Start(MqttClientOptions options, bool acknowledge = true) => RunningClient.Start(Create(options), acknowledge);

    private async Task<RunningClient> ReadyAsync(MqttClientOptions options, bool acknowledge = true)
    {
        RunningClient client = Start(options, acknowledge);
        await client.ReadyAsync();
        return client;
    }

    [Theory, CombinatorialVersions]
    public async Task Messages_of_every_qos_arrive_whole_and_in_order(MqttProtocolVersion version)
    {
        int most = Lacks(BrokerFeature.Qos2) is null ? 2 : 1;
        await using RunningClient subscriber = await ReadyAsync(Options(version, ("in/#", most)));
        await using RunningClient publisher = await ReadyAsync(Options(version));
        for (int qos = 0; qos <= most; qos++)
        {
            for (int i = 0; i < 200; i++)
            {
                publisher.Publish($"in/{qos}", $"{i}", qos);
            }

            await publisher.FlushAsync();
            List<Received> got = await subscriber.Receiver.NextAsync(200);
            Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), got.Select(m => m.Payload));
            Assert.All(got, m => Assert.Equal((qos, $"in/{qos}", false, false), (m.Qos, m.Topic, m.Retain, m.Duplicate)));
        }
    }

    [Theory, CombinatorialVersions]
    public async Task An_empty_payload_and_a_large_one_arrive(MqttProtocolVersion version)
    {
        await using RunningClient client = await ReadyAsync(Options(version, ("in/#", 1)));
        string large = new('x', 700_000);
        client.Publish("in/empty", "");
        client.Publish("in/large", large);
        List<Received> got = await client.Receiver.NextAsync(2);
        Assert.Equal(["", large], got.Select(m => m.Payload));
    }

    [Theory, CombinatorialVersions]
    public async Task Wildcards_take_what_they_should(MqttProtocolVersion version)
    {
        await using RunningClient client = await ReadyAsync(Options(version, ("a/+/c", 1), ("b/#", 1)));
        foreach (string topic in new[] { "a/b/c", "a/b/d", "a/b/c/d", "b", "b/x/y", "c" })
        {
            client.Publish(topic, topic);
        }

        await client.FlushAsync();
        List<Received> got = await client.Receiver.NextAsync(3);
        Assert.Equal(["a/b/c", "b", "b/x/y"], got.Select(m => m.Topic).Order(StringComparer.Ordinal));
        Assert.Empty(client.Receiver.Rest());
    }

    [Theory, CombinatorialVersions]
    public async Task An_empty_level_of_a_topic_is_a_level(MqttProtocolVersion version)
    {
        Needs(BrokerFeature.EmptyLevels);
        await using RunningClient client = await ReadyAsync(Options(version, ("a/+/c", 1)));
        client.Publish("a//c", "1");
        Assert.Equal("a//c", (await client.Receiver.NextAsync()).Topic);
    }

    [Theory, CombinatorialVersions]
    public async Task A_retained_message_comes_on_subscribing_and_says_so(MqttProtocolVersion version)
    {
        await using RunningClient publisher = await ReadyAsync(Options(version));
        publisher.Publish("kept", "old", retain: true);
        publisher.Publish("gone", "old", retain: true);
        publisher.Publish("gone", "", retain: true);
        await publisher.FlushAsync();
        string filter = Lacks(BrokerFeature.RetainedForWildcards) is null ? "+" : "kept";
        await using RunningClient late = await ReadyAsync(Options(version, (filter, 1)));
        Assert.Equal(("kept", "old", true), await late.Receiver.NextAsync() is var m ? (m.Topic, m.Payload, m.Retain) : default);
        publisher.Publish("kept", "new", retain: true);
        Assert.Equal(("kept", "new", false), await late.Receiver.NextAsync() is var n ? (n.Topic, n.Payload, n.Retain) : default);
    }

    [Theory, CombinatorialVersions]
    public async Task What_was_not_acknowledged_comes_again_with_its_identifier_and_the_rest_is_new(MqttProtocolVersion version)
    {
        MqttClientOptions options = Options(version, ("in", 1));
        await using RunningClient publisher = await ReadyAsync(Options(version));
        List<Received> first;
        await using (RunningClient forgetful = await ReadyAsync(options, acknowledge: false))
        {
            for (int i = 0; i < 10; i++)
            {
                publisher.Publish("in", $"{i}");
            }

            first = await forgetful.Receiver.NextAsync(10);
            // The first batch may hold more than one message: acknowledge it and no more.
            forgetful.Client.Acknowledge(first[0].Receipt);
        }

        int acknowledged = first.Count(m => m.Receipt.Position <= first[0].Receipt.Position);
        publisher.Publish("in", "while away");
        await publisher.FlushAsync();
        await using RunningClient resumed = Start(options);
        Assert.True((await resumed.ReadyAsync()).SessionPresent);
        List<Received> again = await resumed.Receiver.NextAsync(10 - acknowledged + 1);
        again = Lacks(BrokerFeature.RepeatsFirst) is null ? again : [.. again.OrderBy(m => !m.Duplicate)];
        Assert.Equal(first.Skip(acknowledged).Zip(again, (m, n) => (m.Payload, Again(m, n), MarksDuplicates)), again.SkipLast(1).Select(m => (m.Payload, m.PacketId, m.Duplicate)));
        Assert.Equal(("while away", false), (again[^1].Payload, again[^1].Duplicate));
    }

    [Theory, CombinatorialVersions]
    public async Task A_clean_start_knows_nothing_of_before(MqttProtocolVersion version)
    {
        MqttClientOptions options = Options(version, ("in", 1));
        await using RunningClient publisher = await ReadyAsync(Options(version));
        await using (RunningClient first = await ReadyAsync(options))
        {
        }

        publisher.Publish("in", "missed");
        await publisher.FlushAsync();
        await using RunningClient second = Start(options with { CleanStart = true });
        Assert.False((await second.ReadyAsync()).SessionPresent);
        publisher.Publish("in", "seen");
        Assert.Equal("seen", (await second.Receiver.NextAsync()).Payload);
    }

    [Theory, CombinatorialVersions]
    public async Task After_a_crash_of_the_broker_the_client_subscribes_again_and_says_the_session_is_gone(MqttProtocolVersion version)
    {
        await using RunningClient client = await ReadyAsync(Options(version, ("in", 1)));
        await Broker.CrashAsync();
        Assert.Equal(1, (await client.Receiver.NextFaultAsync()).Epoch);
        MqttConnected again = await client.ReadyAsync();
        Assert.False(again.SessionPresent);
        Assert.Equal(2, again.Epoch);
        client.Publish("in", "after");
        Assert.Equal("after", (await client.Receiver.NextAsync()).Payload);
        Assert.Equal(1, client.Client.Status.Reconnects);
    }

    [Theory, CombinatorialVersions]
    public async Task Messages_published_while_the_broker_is_away_go_out_when_it_is_back(MqttProtocolVersion version)
    {
        Needs(BrokerFeature.DeliversAfterRestart);
        await using RunningClient client = await ReadyAsync(Options(version, ("in", 1)));
        for (int i = 0; i < 500; i++)
        {
            client.Publish("in", $"{i}");
            if (i == 250)
            {
                await Broker.RestartAsync();
            }
        }

        await client.FlushAsync();
        // At least once: what was in flight at the restart may come twice.
        var seen = new HashSet<string>();
        while (seen.Count < 500)
        {
            seen.Add((await client.Receiver.NextAsync()).Payload);
        }

        Assert.Equal(0, client.Client.Status.OutboxLength);
    }

    [Theory, CombinatorialVersions]
    public async Task A_receipt_of_an_earlier_connection_is_ignored(MqttProtocolVersion version)
    {
        await using RunningClient client = await ReadyAsync(Options(version, ("in", 1)), acknowledge: false);
        client.Publish("in", "one");
        Received first = await client.Receiver.NextAsync();
        await Broker.RestartAsync();
        await client.ReadyAsync();
        Received again = await client.Receiver.NextAsync();
        Assert.Equal((Again(first, again), MarksDuplicates, 2L), (again.PacketId, again.Duplicate, again.Receipt.Epoch));
        client.Client.Acknowledge(first.Receipt);
        await Broker.RestartAsync();
        await client.ReadyAsync();
        Received third = await client.Receiver.NextAsync();
        Assert.Equal((Again(first, third), MarksDuplicates, 3L), (third.PacketId, third.Duplicate, third.Receipt.Epoch));
    }

    [Theory, CombinatorialVersions]
    public async Task A_second_client_with_the_same_identifier_takes_the_session_and_its_messages(MqttProtocolVersion version)
    {
        MqttClientOptions options = Options(version, ("in", 1)) with { BackoffMinimum = TimeSpan.FromSeconds(30), BackoffMaximum = TimeSpan.FromSeconds(30) };
        await using RunningClient loser = await ReadyAsync(options, acknowledge: false);
        loser.Publish("in", "one");
        Received first = await loser.Receiver.NextAsync();
        await using RunningClient winner = Start(options);
        Assert.True((await winner.ReadyAsync()).SessionPresent);
        Received again = await winner.Receiver.NextAsync();
        Assert.Equal((Again(first, again), MarksDuplicates), (again.PacketId, again.Duplicate));
        MqttFault fault = await loser.Receiver.NextFaultAsync();
        Assert.Equal(1, fault.Epoch);
    }

    [Theory, CombinatorialVersions]
    public async Task A_will_is_published_when_the_client_vanishes_and_not_when_it_says_good_bye(MqttProtocolVersion version)
    {
        await using RunningClient watcher = await ReadyAsync(Options(version, ("status/#", 1)));
        MqttClientOptions Dying(string name) => Options(version) with { Will = new MqttWill { Topic = $"status/{name}", Payload = "offline"u8.ToArray() } };
        await using (RunningClient polite = await ReadyAsync(Dying("polite")))
        {
        }

        MqttClientOptions rude = Dying("rude");
        using (var cut = await RawConnection.OpenAsync(rude))
        {
        }

        Received will = await watcher.Receiver.NextAsync();
        Assert.Equal(("status/rude", "offline"), (will.Topic, will.Payload));
    }

    [Theory, CombinatorialVersions]
    public async Task A_receiver_that_holds_back_stops_the_reading_and_loses_nothing(MqttProtocolVersion version)
    {
        Needs(BrokerFeature.QueueForSlowSubscribers);
        Needs(BrokerFeature.HoldsBack);
        const int Count = 3000;
        string padding = new('x', 8000);
        await using RunningClient slow = await ReadyAsync(Options(version, ("in", 1)));
        var hold = new TaskCompletionSource();
        slow.Receiver.Hold = () => hold.Task;
        await using RunningClient publisher = await ReadyAsync(Options(version) with { OutboxBytes = 64 << 20 });
        for (int i = 0; i < Count; i++)
        {
            publisher.Publish("in", $"{i} {padding}");
        }

        await publisher.FlushAsync();
        List<Received> got = [await slow.Receiver.NextAsync()];
        // One read's worth has been delivered and nothing more is read, whatever the broker has.
        Assert.InRange(slow.Client.Status.BytesIn, 1, 1 << 20);
        slow.Receiver.Hold = null;
        hold.SetResult();
        got.AddRange(await slow.Receiver.NextAsync(Count - 1));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), got.Select(m => m.Payload.Split(' ')[0]));
    }

    [Theory, CombinatorialVersions]
    public async Task A_message_over_our_maximum_packet_size_is_passed_over_and_the_next_one_comes(MqttProtocolVersion version)
    {
        Needs(BrokerFeature.PassesOver);
        await using RunningClient small = await ReadyAsync(Options(version, ("in", 1)) with { MaximumPacketSize = 2000 });
        await using RunningClient publisher = await ReadyAsync(Options(version));
        publisher.Publish("in", new string('x', 300_000));
        publisher.Publish("in", "small");
        Assert.Equal("small", (await small.Receiver.NextAsync()).Payload);
        // A broker of MQTT 5 knows our maximum and keeps the message to itself; an older one sends it.
        Assert.Equal(version == MqttProtocolVersion.V5 ? 0 : 1, small.Client.Status.Oversized);
        Assert.Equal(0, small.Client.Status.Reconnects);
    }

    [Theory, CombinatorialVersions]
    public async Task A_wrong_password_is_said_in_words_and_a_corrected_one_is_taken_up(MqttProtocolVersion version)
    {
        await using IBrokerUnderTest guarded = await StartBrokerAsync("right");
        string password = "wrong";
        MqttClientOptions options = Options(version) with { Port = guarded.Port, Username = "sensors", Password = () => password };
        await using RunningClient client = Start(options);
        MqttFault fault = await client.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.Refused, true), (fault.Kind, fault.NeedsAttention));
        Assert.Contains("Broker:PasswordFile", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", fault.Text.Replace("wrong user name", "", StringComparison.Ordinal), StringComparison.Ordinal);
        password = "right";
        await client.ReadyAsync();
    }

    [Theory, CombinatorialVersions]
    public async Task Many_filters_are_all_granted(MqttProtocolVersion version)
    {
        await using RunningClient client = await ReadyAsync(Options(version, [.. Enumerable.Range(0, 300).Select(i => ($"many/{i}", i % 2))]));
        client.Publish("many/299", "last");
        client.Publish("many/0", "first");
        Assert.Equal(["many/0", "many/299"], (await client.Receiver.NextAsync(2)).Select(m => m.Topic).Order(StringComparer.Ordinal));
    }

    [Theory, CombinatorialVersions]
    public async Task Tens_of_thousands_of_messages_in_full_flight_lose_and_double_nothing(MqttProtocolVersion version)
    {
        const int Count = 40_000;
        await using RunningClient publisher = await ReadyAsync(Options(version) with { OutboxMessages = Count });
        var tally = new Tally();
        IMqttTransport subscriber = Create(Options(version, ("in/+", 1)));
        tally.AcknowledgeWith = subscriber;
        using var cancel = new CancellationTokenSource();
        Task running = subscriber.RunAsync(tally, cancel.Token);
        await Eventually.BecomesTrue(() => subscriber.Status.IsReady, "the subscriber is ready");
        for (int i = 0; i < Count; i++)
        {
            publisher.Publish($"in/{i % 50}", $"{i}");
        }

        await publisher.FlushAsync();
        await Eventually.BecomesTrue(() => tally.Count >= Count, "every message arrives");
        await cancel.CancelAsync();
        await running;
        Assert.Equal((Count, Count - 1, true), (tally.Count, tally.Last, tally.InOrder));
    }

    [Theory, CombinatorialVersions]
    public async Task Properties_travel_with_the_message_where_the_protocol_has_them(MqttProtocolVersion version)
    {
        Needs(BrokerFeature.Properties);
        await using RunningClient client = await ReadyAsync(Options(version, ("in", 1)));
        var properties = new MqttProperties();
        for (int i = 0; i < 3; i++)
        {
            properties.Clear();
            properties.User("kind"u8, "state"u8).User("id"u8, System.Text.Encoding.UTF8.GetBytes($"{i}")).ContentType("application/json"u8).Expiry(TimeSpan.FromHours(1));
            Assert.True(client.Client.TryPublish("in"u8, "{}"u8, i % 2, false, properties));
        }

        foreach (Received got in await client.Receiver.NextAsync(3))
        {
            Assert.Equal("{}", got.Payload);
            Assert.Equal(version == MqttProtocolVersion.V5 ? "application/json" : "", got.ContentType);
            Assert.Equal(version == MqttProtocolVersion.V5, got.Expiry is { } expiry && expiry > TimeSpan.FromMinutes(59));
            Assert.Equal(version == MqttProtocolVersion.V5, got.Id is not null);
        }
    }

    [Theory, CombinatorialVersions]
    public async Task Topics_sent_as_numbers_arrive_as_topics(MqttProtocolVersion version)
    {
        await using RunningClient subscriber = await ReadyAsync(Options(version, ("in/#", 1)));
        await using RunningClient publisher = await ReadyAsync(Options(version) with { TopicAliasMaximum = 20 });
        var expected = new List<string>();
        for (int i = 0; i < 150; i++)
        {
            publisher.Publish($"in/with/a/long/name/{i % 30}", $"{i}");
            expected.Add($"in/with/a/long/name/{i % 30}");
            if (i == 75)
            {
                await publisher.FlushAsync();
                await Broker.RestartAsync();
            }
        }

        await publisher.FlushAsync();
        var seen = new Dictionary<string, string>();
        while (seen.Count < 150)
        {
            Received got = await subscriber.Receiver.NextAsync();
            seen[got.Payload] = got.Topic;
        }

        Assert.Equal(expected, Enumerable.Range(0, 150).Select(i => seen[$"{i}"]));
    }

    [Theory, CombinatorialVersions]
    public async Task Filters_can_be_changed_on_a_living_connection_and_those_an_earlier_run_left_are_taken_back(MqttProtocolVersion version)
    {
        MqttClientOptions options = Options(version, ("changed/old", 1), ("changed/kept", 1));
        await using RunningClient publisher = await ReadyAsync(Options(version));
        await using (RunningClient earlier = await ReadyAsync(options))
        {
            earlier.Client.Subscribe([new() { Filter = "changed/old" }, new() { Filter = "changed/kept" }, new() { Filter = "changed/added" }]);
            await Eventually.BecomesTrue(() => earlier.Client.Status.IsReady, "the new filter is granted");
            publisher.Publish("changed/added", "1");
            Assert.Equal("changed/added", (await earlier.Receiver.NextAsync()).Topic);
        }

        Needs(BrokerFeature.UnsubscribeOfEarlier);
        await using RunningClient later = await ReadyAsync(options with { Subscriptions = [new() { Filter = "changed/kept" }], FormerFilters = ["changed/old", "changed/kept", "changed/added"] });
        foreach (string topic in new[] { "changed/old", "changed/added", "changed/kept" })
        {
            publisher.Publish(topic, "2");
        }

        await publisher.FlushAsync();
        Assert.Equal("changed/kept", (await later.Receiver.NextAsync()).Topic);
        later.Client.Subscribe([new() { Filter = "changed/old" }]);
        await Eventually.BecomesTrue(() => later.Client.Status.IsReady, "the change is granted");
        publisher.Publish("changed/kept", "3");
        publisher.Publish("changed/old", "3");
        Assert.Equal("changed/old", (await later.Receiver.NextAsync()).Topic);
    }

    [Fact]
    public async Task Messages_say_which_subscription_took_them()
    {
        Needs(BrokerFeature.Properties);
        MqttSubscription[] filters = [new() { Filter = "in/+", Qos = 1, Identifier = 7 }, new() { Filter = "in/a", Qos = 1, Identifier = 8 }, new() { Filter = "plain", Qos = 1 }];
        await using RunningClient client = await ReadyAsync(Options(MqttProtocolVersion.V5) with { Subscriptions = filters });
        foreach (string topic in new[] { "in/b", "plain", "in/a" })
        {
            client.Publish(topic, topic);
        }

        Assert.Equal("7", (await client.Receiver.NextAsync()).Identifiers);
        Assert.Empty((await client.Receiver.NextAsync()).Identifiers);
        // A broker sends one message with both identifiers, or one for each.
        string both = (await client.Receiver.NextAsync()).Identifiers;
        both = both.Length == 1 ? $"{both} {(await client.Receiver.NextAsync()).Identifiers}" : both;
        Assert.Equal("7 8", string.Join(' ', both.Split(' ').Order()));
    }

    /// <summary>Counts messages that carry their number.</summary>
    private sealed class Tally : IMqttReceiver
    {
        private int count;

        public IMqttTransport? AcknowledgeWith { get; set; }

        public int Count => Volatile.Read(ref count);

        public int Last { get; private set; } = -1;

        public bool InOrder { get; private set; } = true;

        public void OnConnected(in MqttConnected connected)
        {
        }

        public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
        {
            foreach (MqttMessage message in messages)
            {
                int number = int.Parse(message.Payload, System.Globalization.CultureInfo.InvariantCulture);
                InOrder &= number == Last + 1;
                Last = number;
            }

            AcknowledgeWith!.Acknowledge(receipt);
            Volatile.Write(ref count, count + messages.Count);
            return default;
        }

        public void OnDisconnected(MqttFault fault)
        {
        }
    }
}
