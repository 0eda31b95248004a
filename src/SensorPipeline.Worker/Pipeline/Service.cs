using System.Reactive.Linq;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Options;
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

    private readonly ServiceOptions options;
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
    private readonly IReadOnlyList<SubscriptionFilter> filters;
    private readonly List<IDisposable> listeners = [];
    private readonly DateTimeOffset started;

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
        transport = new MqttClient(ClientOptionsOf(options, filters), clock, new Random(Seed(options.ClientId)));
        queue = new WorkQueue(BatchesInFlight);
        intakeLog = new IntakeLog(logs.CreateLogger<IntakeLog>(), clock);
        intake = new Intake(new ReadingDecoder(sources, Copy(state.Graph.Names), options.Limits.ToSourceLimits()), queue, clock, intakeLog);
        publisher = new ResultPublisher(transport, new ResultTopics(options.Instance), state.Graph, state.Events, Describe(), clock);
        foreach (StreamEvent told in state.Told)
        {
            publisher.Visit(told);
        }

        state.RememberOptions();
        checkpointer = new Checkpointer(state.Checkpoints, state.Graph, state.Events, state.Log, logs.CreateLogger<Checkpointer>());
        committer = new Committer(state.Log, transport, clock);
        loop = new PipelineLoop(state.Graph, state.Log, queue, committer, checkpointer, publisher, clock);
        Counts = new ServiceCounts(state.Graph, intake, transport, publisher);
        publisher.Audited = Counts.Record;
        Health = new ServiceHealth(loop, transport, checkpointer, clock);
        Dashboard = new DashboardFeed(state.Graph, queue, options.Limits.History, clock, DescribeStatus);
        started = clock.GetUtcNow();
        listeners.Add(Graph.Results.Subscribe(Counts.Record));
        Listen(publisher);
        listeners.Add(Graph.Results.Subscribe(Dashboard.Record));
        loop.Turned = Dashboard.TakePicture;
        loop.CountSensors = Counts.CountConditions;
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
            loop.Metrics = value;
            committer.Metrics = value;
            publisher.Metrics = value;
            if (value is not null)
            {
                Graph.Mixtures.Measure(clock, value.RecordRefit);
            }
        }
    }

    /// <summary>What the page sees.</summary>
    public DashboardFeed Dashboard { get; }

    /// <summary>Shows every result to a visitor, on the loop's thread.</summary>
    public void Listen<TVisitor>(TVisitor visitor)
        where TVisitor : class, IResultVisitor => listeners.Add(Graph.Results.Subscribe(results =>
        {
            TVisitor target = visitor;
            results.Visit(ref target);
        }));

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
            EveryAsync(options.Storage.CheckpointInterval, () => queue.AddAsync(new Work(null, null, Chore.Checkpoint), chores.Token), chores.Token),
            WarnOfSilenceAsync(chores.Token),
        ];
        try
        {
            await Task.WhenAny(looping, committing, connected, Task.Delay(Timeout.InfiniteTimeSpan, clock, chores.Token));
        }
        finally
        {
            intake.Close();
            await chores.CancelAsync();
            await Task.WhenAll(recurring);
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

    private static MqttClientOptions ClientOptionsOf(ServiceOptions options, IReadOnlyList<SubscriptionFilter> filters) => new()
    {
        Host = options.Broker.Host,
        Port = options.Broker.Port,
        ClientId = options.ClientId,
        ProtocolVersion = options.Broker.Protocol == MqttVersion.V5 ? MqttProtocolVersion.V5 : MqttProtocolVersion.V311,
        SessionExpiry = options.Broker.SessionExpiry,
        KeepAlive = options.Broker.KeepAlive,
        ConnectTimeout = options.Broker.ConnectTimeout,
        Username = options.Broker.Username,
        Password = options.Broker.PasswordFile is { } file ? () => File.ReadAllText(file).TrimEnd('\r', '\n') : null,
        Tls = options.Broker.Tls.Enabled
            ? new MqttTlsOptions
            {
                CaFile = options.Broker.Tls.CaFile,
                CertificateFile = options.Broker.Tls.CertificateFile,
                KeyFile = options.Broker.Tls.KeyFile,
                Insecure = options.Broker.Tls.Insecure,
            }
            : null,
        OutboxMessages = options.Limits.Queue,
        ReceiveMaximum = Redelivery.Window,
        MaximumPacketSize = (2 * options.Limits.PayloadBytes) + (1 << 17),
        Subscriptions = [.. filters.Select(filter => new MqttSubscription { Filter = filter.Filter, Qos = filter.Qos, NoLocal = true })],
        Will = new MqttWill { Topic = new ResultTopics(options.Instance).Status, Payload = "offline"u8.ToArray(), Qos = 1, Retain = true },
    };

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
        ConfigurationHash = GraphState.HashOf(Graph.Options).ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
        Started = EventTime.From(clock.GetUtcNow()),
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
    };

    // While the broker is away nobody is silent: nobody could be heard.
    private ValueTask TickAsync(CancellationToken stop)
    {
        if (!transport.Status.IsConnected)
        {
            return ValueTask.CompletedTask;
        }

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

    private async Task WarnOfSilenceAsync(CancellationToken stop)
    {
        long connectedAt = 0;
        bool warned = false;
        await EveryAsync(
            TickInterval,
            () =>
            {
                connectedAt = !transport.Status.IsConnected ? 0 : connectedAt == 0 ? clock.GetTimestamp() : connectedAt;
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
