using Microsoft.Extensions.Logging.Abstractions;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Pipeline;

namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>The service between two ends of its process: the product's own client, intake, log, graph, committer, checkpoints and publisher, each moved by hand.</summary>
internal sealed class SimulatedProcess : IDisposable
{
    private static readonly SourceOptions[] Sources = [new() { Topic = "in/{sensor}", Format = "json", Qos = 2, Sensor = "{sensor}", Path = "/v", Time = "/ts" }];

    // Short beside the pauses of the simulated sensors, so that states come and go.
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(300);

    private readonly StateStore state;
    private readonly WorkQueue queue = new(64);
    private readonly Committer committer;
    private readonly Checkpointer checkpointer;
    private readonly ResultPublisher publisher;
    private readonly MqttClient client;
    private readonly Intake intake;
    private readonly PipelineLoop loop;
    private readonly IDisposable listening;
    private (Action Write, TaskCompletionSource Done)? checkpoint;

    /// <summary>Recovers what the disk holds.</summary>
    public SimulatedProcess(IDisk disk, InputLogOptions logging, InputRecord record, TimeProvider clock, Random jitter, Func<Wire> connect)
    {
        state = StateStore.Open(disk, logging, new GraphOptions(), IdleAfter);
        string options = state.Graph.Options.ToJson();
        record.Cut(state.Log.NextSequence, options);
        client = new MqttClient(
            new MqttClientOptions
            {
                Host = "simulated", ClientId = "simulated", ReceiveMaximum = Redelivery.Window, MaximumInFlight = 40, BackoffMaximum = TimeSpan.FromSeconds(1),
                Subscriptions = [new MqttSubscription { Filter = "in/#", Qos = 2 }],
            },
            clock,
            jitter,
            _ => Task.FromResult<Stream>(connect()));
        publisher = new ResultPublisher(client, Topics, state.Graph, state.Events, () => new ServiceDescription { Version = "", Instance = "simulated", ConfigurationHash = "" }, clock);
        foreach (StreamEvent told in state.Told)
        {
            publisher.Visit(told);
        }

        state.AdoptOptions();
        record.Cut(state.Log.NextSequence, options);
        IInputLog log = record.Over(state.Log);
        checkpointer = new Checkpointer(state.Checkpoints, state.Graph, state.Events, log, clock, NullLogger<Checkpointer>.Instance) { Background = Postpone };
        committer = new Committer(log, client, clock);
        loop = new PipelineLoop(state.Graph, log, queue, committer, checkpointer, publisher, clock);
        var limits = new SourceLimits();
        var names = new SensorNames();
        for (int sensor = 0; sensor < state.Graph.Names.Count; sensor++)
        {
            names.Add(state.Graph.Names[sensor]);
        }

        intake = new Intake(new ReadingDecoder(SourceSet.Compile(Sources, limits, out _), names, limits), queue, client, clock, new IntakeLog(NullLogger<IntakeLog>.Instance, clock));
        listening = state.Graph.Results.Subscribe(results =>
        {
            ResultPublisher visitor = publisher;
            results.Visit(ref visitor);
        });
    }

    public static ResultTopics Topics { get; } = new("simulated");

    public SensorGraph Graph => state.Graph;

    /// <summary>Whether the log takes nothing now.</summary>
    public bool IsFull => committer.Fault is not null;

    /// <summary>Whether the last checkpoint failed.</summary>
    public bool HasCheckpointFault => checkpointer.Fault is not null;

    /// <summary>Whether all that came is durable and all that was said is acknowledged.</summary>
    public bool IsIdle => queue.Depth == 0 && !publisher.HasWaiting && client.Status is { IsConnected: true, OutboxLength: 0 };

    public void Run() => _ = client.RunAsync(intake, CancellationToken.None);

    /// <summary>The loop goes round, or asks for room.</summary>
    public void Turn()
    {
        if (!loop.IsHeldBack)
        {
            loop.Turn();
            return;
        }

        _ = checkpointer.WriteAsync();
        committer.Post(state.Log.NextSequence, null);
    }

    public void Commit() => committer.Turn();

    public void Publish() => queue.TryAdd(new Work(null, null, Chore.Publish));

    public void BeginCheckpoint() => checkpointer.Begin();

    /// <summary>The disk's part of a checkpoint.</summary>
    public void WriteCheckpoint()
    {
        if (checkpoint is ({ } write, { } done))
        {
            checkpoint = null;
            write();
            done.SetResult();
        }
    }

    /// <summary>Nothing of it goes on; what it held in memory is gone.</summary>
    public void Dispose()
    {
        listening.Dispose();
        state.Dispose();
        committer.Dispose();
    }

    private Task Postpone(Action write)
    {
        var done = new TaskCompletionSource();
        checkpoint = (write, done);
        return done.Task;
    }
}
