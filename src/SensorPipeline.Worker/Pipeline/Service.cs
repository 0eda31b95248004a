using System.Reactive.Linq;
using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.HomeAssistant;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>The running service: connection, intake, input log, graph, results, and the clock that keeps them going.</summary>
internal sealed class Service : IAsyncDisposable
{
    private const int BatchesInFlight = 64;
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AuditInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SilenceWarning = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TimeToFlush = TimeSpan.FromSeconds(3);

    private readonly TimeProvider clock;
    private readonly StateStore state;
    private readonly MqttClient transport;
    private readonly WorkQueue queue;
    private readonly Intake intake;
    private readonly IntakeLog intakeLog;
    private readonly PipelineLoop loop;
    private readonly Committer committer;
    private readonly Checkpointer checkpointer;
    private readonly ResultPublisher publisher;
    private readonly SubscribedFilters subscribed;
    private readonly List<IDisposable> listeners = [];
    private readonly DateTimeOffset started;
    private volatile ServiceOptions options;
    private volatile IReadOnlyList<SubscriptionFilter> filters;
    private ServiceMetrics? metrics;

    /// <summary>Opens what is on disk and wires everything; nothing runs yet.</summary>
    /// <exception cref="StorageException">The state directory cannot be used.</exception>
    public Service(ServiceOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        this.options = options;
        this.clock = clock;
        state = StateStore.Open(options.Storage, options.ToGraphOptions());
        foreach (string note in state.Notes)
        {
            ServiceLog.StateNote(logs.CreateLogger<Service>(), note);
        }

        if (options.Shards > 1)
        {
            ServiceLog.StateNote(logs.CreateLogger<Service>(), $"Shards is {options.Shards}: one graph serves all sensors in this version");
        }

        SourceSet sources = SourceSet.Compile(options.Sources, options.Limits.ToSourceLimits(), out _);
        filters = sources.Filters;
        subscribed = new SubscribedFilters(options.Storage.Durability == Durability.None ? null : options.Storage.Directory, Filters);
        transport = new MqttClient(ClientOptionsOf(options, filters) with { FormerFilters = [.. subscribed.Former.Where(TopicFilter.IsFilter)] }, clock, new Random(Seed(options.ClientId)));
        queue = new WorkQueue(BatchesInFlight);
        intakeLog = new IntakeLog(logs.CreateLogger<IntakeLog>(), clock);
        ReadingDecoder decoder = DecoderOf(sources, logs.CreateLogger<Service>());
        intake = new Intake(decoder, queue, transport, clock, intakeLog) { BirthTopic = options.Publish.HomeAssistant ? Encoding.UTF8.GetBytes(BirthTopic) : default };
        publisher = new ResultPublisher(transport, new ResultTopics(options.Instance), state.Graph, state.Events, Describe, clock) { SeedOf = decoder.SeedOf };
        publisher.HomeAssistant = options.Publish.HomeAssistant
            ? new HomeAssistantAnnouncer(options.Instance, options.Publish, transport, decoder.ChannelOf, logs.CreateLogger<HomeAssistantAnnouncer>())
            : null;
        foreach (StreamEvent told in state.Told)
        {
            publisher.Visit(told);
        }

        state.AdoptOptions();
        checkpointer = new Checkpointer(state.Checkpoints, state.Graph, state.Events, state.Log, clock, logs.CreateLogger<Checkpointer>())
        {
            DecoderState = state.DecoderState,
        };
        committer = new Committer(state.Log, transport, clock);
        loop = new PipelineLoop(state.Graph, state.Log, queue, committer, checkpointer, publisher, clock);
        Counts = new ServiceCounts(state.Graph, intake, transport, publisher);
        publisher.Audited = Counts.Record;
        Health = new ServiceHealth(loop, transport, checkpointer, publisher, clock);
        Dashboard = new DashboardFeed(state.Graph, queue, options.Limits.History, clock, DescribeStatus);
        started = clock.GetUtcNow();
        listeners.Add(Graph.Results.Subscribe(Counts.Record));
        Listen(publisher);
        listeners.Add(Graph.Results.Subscribe(Dashboard.Record));
        loop.Turned = Dashboard.TakePicture;
        loop.Regrouped = ForgetGroups;
        loop.CountSensors = CountAndRecord;
    }

    /// <summary>What has been counted since the process started.</summary>
    public ServiceCounts Counts { get; }

    /// <summary>How the service is.</summary>
    public IHealthState Health { get; }

    /// <summary>The graph; its results come on the loop's thread.</summary>
    public SensorGraph Graph => state.Graph;

    /// <summary>The topic filters it subscribes to.</summary>
    public IEnumerable<string> Filters => filters.Select(filter => filter.Filter);

    /// <summary>Told of each fault of the connection before it first stood.</summary>
    public Action<MqttFault>? FailedToConnect
    {
        get => intakeLog.FailedToConnect;
        set => intakeLog.FailedToConnect = value;
    }

    /// <summary>Completes once it is connected and every filter is granted.</summary>
    public async Task ReadyAsync(CancellationToken cancel)
    {
        await intake.Connected.WaitAsync(cancel);
        while (!transport.Status.IsReady)
        {
            await Task.Delay(BetweenLooks, clock, cancel);
        }
    }

    /// <summary>Where durations and latencies are recorded.</summary>
    public ServiceMetrics? Metrics
    {
        set
        {
            metrics = value;
            loop.Metrics = value;
            committer.Metrics = value;
            publisher.Metrics = value;
            MeasureRefits();
        }
    }

    /// <summary>The options it runs with.</summary>
    public ServiceOptions Options => options;

    /// <summary>What the page sees.</summary>
    public DashboardFeed Dashboard { get; }

    /// <summary>Shows every result to a visitor, on the loop's thread.</summary>
    public void Listen<TVisitor>(TVisitor visitor)
        where TVisitor : class, IResultVisitor => listeners.Add(Graph.Results.Subscribe(results =>
        {
            TVisitor target = visitor;
            results.Visit(ref target);
        }));

    /// <summary>
    /// Goes on under other sources, detection and groups, over the connection that stands. The graph learns of it as an input, in its place among the readings, so that
    /// a recovery judges each as it was judged.
    /// </summary>
    public async Task AdoptAsync(ServiceOptions changed, CancellationToken cancel)
    {
        GraphOptions before = options.ToGraphOptions();
        GraphOptions now = changed.ToGraphOptions();
        SourceSet sources = SourceSet.Compile(changed.Sources, changed.Limits.ToSourceLimits(), out _);
        options = changed;
        filters = sources.Filters;
        subscribed.Change(Filters);
        intake.Use(sources);
        transport.Subscribe(changed.Publish.ToSubscriptions(sources.Filters));
        if (now.Hash != before.Hash)
        {
            InputBatch batch = queue.Rent();
            batch.AddOptions(now.ToJson(), EventTime.None);
            await queue.AddAsync(new Work(batch, null, Chore.Regroup), cancel);
        }

        await queue.AddAsync(new Work(null, null, Chore.Announce), cancel);
    }

    /// <summary>Tells what became of an edit of the configuration, in the audit and the counts.</summary>
    public ValueTask TellAsync(ConfigurationReport report, CancellationToken cancel)
    {
        Counts.Record(report);
        publisher.Configuration = report;
        return queue.AddAsync(new Work(null, null, Chore.Audit), cancel);
    }

    /// <summary>Runs until it is stopped: takes no more, finishes what it has, writes the checkpoint, says goodbye to the broker.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var connection = new CancellationTokenSource();
        using var chores = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task connected = transport.RunAsync(intake, connection.Token);
        Task committing = committer.RunAsync();
        Task looping = loop.RunAsync(stop);
        Task[] recurring =
        [
            EveryAsync(TickInterval, () => TickAsync(chores.Token), chores.Token),
            EveryAsync(AuditInterval, () => queue.AddAsync(new Work(null, null, Chore.Audit), chores.Token), chores.Token),
            EveryAsync(TickInterval, () => queue.AddAsync(new Work(null, null, Chore.Count), chores.Token), chores.Token),
            EveryAsync(options.Publish.Interval, () => queue.AddAsync(new Work(null, null, Chore.Publish), chores.Token), chores.Token),
            EveryAsync(options.Storage.CheckpointInterval, () => CheckpointAsync(chores.Token), chores.Token),
            AnnounceBirthsAsync(chores.Token),
            WarnOfSilenceAsync(chores.Token),
        ];
        try
        {
            await Task.WhenAny(looping, committing, connected, Task.Delay(Timeout.InfiniteTimeSpan, clock, chores.Token));
        }
        finally
        {
            Task closing = intake.CloseAsync();
            await chores.CancelAsync();
            await Task.WhenAll(recurring);
            await Task.WhenAny(closing, looping);
            queue.Complete();
            await looping;
            await SayGoodbyeAsync();

            // What the broker has acknowledged by now need not be sent again.
            await checkpointer.WriteAsync();
            committer.Stop();
            await committing;
            await connection.CancelAsync();
            await connected;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listeners.ForEach(listener => listener.Dispose());
        await transport.DisposeAsync();
        committer.Dispose();
        state.Dispose();
    }

    private static MqttClientOptions ClientOptionsOf(ServiceOptions options, IReadOnlyList<SubscriptionFilter> filters) => options.Broker.ToClientOptions(options.ClientId) with
    {
        OutboxMessages = options.Limits.Queue,
        ReceiveMaximum = Redelivery.Window,
        MaximumInFlight = Redelivery.Reach,
        MaximumPacketSize = (2 * options.Limits.PayloadBytes) + (1 << 17),
        Subscriptions = options.Publish.ToSubscriptions(filters),
        Will = new MqttWill { Topic = new ResultTopics(options.Instance).Status, Payload = "offline"u8.ToArray(), Qos = 1, Retain = true },
    };

    // Births are sent once a connection: without what they said, nothing could be understood until every node is born again.
    private ReadingDecoder DecoderOf(SourceSet sources, ILogger logger)
    {
        var decoder = new ReadingDecoder(sources, Copy(state.Graph.Names), options.Limits.ToSourceLimits());
        if (state.DecoderState.Length == 0)
        {
            return decoder;
        }

        try
        {
            var reader = new SnapshotReader(state.DecoderState);
            decoder.Load(ref reader);
            return decoder;
        }
        catch (InvalidDataException fault)
        {
            ServiceLog.StateNote(logger, $"what was known of devices cannot be used and begins anew: {fault.Message}");
            return new ReadingDecoder(sources, Copy(state.Graph.Names), options.Limits.ToSourceLimits());
        }
    }

    private ValueTask CheckpointAsync(CancellationToken stop)
    {
        intake.RequestState();
        return queue.AddAsync(new Work(null, null, Chore.Checkpoint), stop);
    }

    // Two services must not pause in step, and one service should not depend on luck.
    private static int Seed(string clientId) => (int)ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(clientId));

    private static SensorNames Copy(SensorNames names)
    {
        var copy = new SensorNames();
        for (int sensor = 0; sensor < names.Count; sensor++)
        {
            copy.Add(names[sensor]);
        }

        return copy;
    }

    private ServiceDescription Describe() => new()
    {
        Version = typeof(Service).Assembly.GetName().Version!.ToString(3),
        Instance = options.Instance,
        ConfigurationHash = ContentHash.Of(Encoding.UTF8.GetBytes(EffectiveConfiguration.Write(options))).ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
        Started = EventTime.From(started),
    };

    private ServiceStatus DescribeStatus() => new()
    {
        Instance = options.Instance,
        Version = typeof(Service).Assembly.GetName().Version!.ToString(3),
        Started = started,
        Broker = $"{options.Broker.Host}:{options.Broker.Port}",
        Connected = Counts.Connected,
        Messages = Counts.MessagesReceived,
        Readings = Counts.ReadingsAccepted,
        Rejected = Enum.GetValues<RejectReason>().Sum(Counts.ReadingsRejected),
        Outliers = Counts.Outliers,
        Events = Enum.GetValues<EventKind>().Sum(Counts.Events),
        Refits = Counts.Refits,
        Published = Counts.MessagesPublished,
        Outbox = Counts.QueueDepth,
        Lag = loop.Lag,
        Budget = DescribeBudget(),
        Storage = new StorageStatus
        {
            Durability = options.Storage.Durability.ToString().ToLowerInvariant(),
            LogBytes = (state.Log as InputLog)?.Bytes,
            Inputs = state.Log.NextSequence,
            Checkpoint = checkpointer.WrittenAt,
            Fault = loop.StorageFault ?? checkpointer.Fault,
        },
        Connection = DescribeConnection(transport.Status),
        RejectedByReason = Enum.GetValues<RejectReason>().Where(reason => Counts.ReadingsRejected(reason) > 0).ToDictionary(reason => reason.Tag(), Counts.ReadingsRejected),
        EventsByKind = Enum.GetValues<EventKind>().Where(kind => Counts.Events(kind) > 0).ToDictionary(StreamEvent.Name, Counts.Events),
    };

    private BrokerStatus DescribeConnection(MqttTransportStatus status) => new()
    {
        Ready = status.IsReady,
        Filters = [.. Filters],
        Reconnects = status.Reconnects,
        BytesIn = status.BytesIn,
        Dropped = publisher.Dropped,
        Fault = status.IsReady ? null : (status.LastRefusal ?? status.LastFault)?.Text,
    };

    private BudgetStatus DescribeBudget()
    {
        var budget = new Budget(Graph.Options.Detection);
        double perDay = Graph.Options.Detection.FalseAlarmsPerSensorPerDay;
        AuditReport? audit = Counts.Audit;
        return new BudgetStatus
        {
            PerDay = perDay,
            PointShare = budget.PerDay(EventKind.Outlier) / perDay,
            Cap = budget.Total(double.PositiveInfinity),
            Realised = Known(audit?.Realised.Value),
            RealisedLower = Known(audit?.Realised.Lower),
            RealisedUpper = Known(audit?.Realised.Upper),
            Coverage = Known(audit?.NormalisedInnovationCoverage),
        };
    }

    private static double? Known(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private void ForgetGroups()
    {
        publisher.ForgetGroups();
        Dashboard.ForgetGroups();
        Counts.FollowGroups();
        MeasureRefits();
    }

    private void MeasureRefits()
    {
        if (metrics is { } recorder)
        {
            Graph.Mixtures.Measure(clock, recorder.RecordRefit);
        }
    }

    private void CountAndRecord()
    {
        Counts.CountConditions();
        Dashboard.RecordService();
    }

    // While the broker is away nobody is silent: nobody could be heard.
    private ValueTask TickAsync(CancellationToken stop)
    {
        if (!transport.Status.IsConnected)
        {
            return ValueTask.CompletedTask;
        }

        intake.SendRequests();
        InputBatch batch = queue.Rent();
        batch.AddTick(EventTime.From(clock.GetUtcNow()));
        return queue.AddAsync(new Work(batch, null), stop);
    }

    private async Task EveryAsync(TimeSpan period, Func<ValueTask> action, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await action();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping is not a fault.
        }
    }

    private string BirthTopic => $"{options.Publish.HomeAssistantPrefix}/status";

    // Home Assistant has much to do when it has started, and other services answer too: each waits some seconds of its own.
    private async Task AnnounceBirthsAsync(CancellationToken stop)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds((uint)Seed(options.ClientId) % 10_000);
        long bornAt = 0;
        await EveryAsync(
            TickInterval,
            () =>
            {
                bornAt = intake.TakeBirth() ? clock.GetTimestamp() : bornAt;
                if (bornAt != 0 && clock.GetElapsedTime(bornAt) >= pause && queue.TryAdd(new Work(null, null, Chore.Announce)))
                {
                    bornAt = 0;
                }

                return ValueTask.CompletedTask;
            },
            stop);
    }

    private async Task WarnOfSilenceAsync(CancellationToken stop)
    {
        long connectedAt = 0;
        bool warned = false;
        await EveryAsync(
            TickInterval,
            () =>
            {
                MqttTransportStatus status = transport.Status;
                connectedAt = !status.IsConnected ? 0 : connectedAt == 0 ? clock.GetTimestamp() : connectedAt;
                intakeLog.Silent(status.SilentFilters);
                if (status.IsReady)
                {
                    subscribed.Settle();
                }

                if (!warned && intake.Messages == 0 && connectedAt != 0 && clock.GetElapsedTime(connectedAt) > SilenceWarning)
                {
                    intakeLog.NothingReceived((int)SilenceWarning.TotalSeconds, string.Join(", ", Filters));
                    warned = true;
                }

                return ValueTask.CompletedTask;
            },
            stop);
    }

    private async Task SayGoodbyeAsync()
    {
        publisher.PublishStatus(online: false);
        if (!transport.Status.IsConnected)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeToFlush, clock);
        try
        {
            await transport.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A broker that does not answer has the Last Will.
        }
    }
}
