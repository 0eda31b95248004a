using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Telemetry;
using MixtureModel = SensorPipeline.Streams.Mixtures.MixtureModel;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>Counts what the graph says since the process started. The loop's thread writes; a scrape reads from another.</summary>
internal sealed class ServiceCounts : IServiceCounts
{
    private readonly SensorGraph graph;
    private readonly Intake intake;
    private readonly IMqttTransport transport;
    private readonly ResultPublisher publisher;
    private readonly long acceptedBefore;
    private readonly long repeatedBefore;
    private GroupCounters groups;
    private readonly long[] events = new long[Enum.GetValues<EventKind>().Length];
    private readonly long[] reloads = new long[Enum.GetValues<ReloadResult>().Length];
    private readonly long[] conditions = new long[Enum.GetValues<SensorCondition>().Length];
    private AuditReport? audit;
    private long outliers;
    private readonly Dictionary<int, MixtureModel> models = [];
    private long refits;
    private long mixtureComponents;
    private double mixtureLogLikelihood = double.NaN;

    /// <summary>Begins at 0: what a recovered graph had counted before is not of this process.</summary>
    public ServiceCounts(SensorGraph graph, Intake intake, IMqttTransport transport, ResultPublisher publisher)
    {
        this.graph = graph;
        this.intake = intake;
        this.transport = transport;
        this.publisher = publisher;
        acceptedBefore = graph.Sensors.Accepted;
        repeatedBefore = graph.Sensors.Repeated;
        groups = new GroupCounters(graph.Frames, graph.Fusion, graph.Mixtures, -graph.Frames.Late, 0, 0, 0);
    }

    /// <inheritdoc/>
    public long MessagesReceived => intake.Messages;

    /// <inheritdoc/>
    public long MessagesPublished => transport.Status.MessagesOut;

    /// <inheritdoc/>
    public long ResultsDropped => publisher.Dropped;

    /// <inheritdoc/>
    public long ReadingsAccepted => graph.Sensors.Accepted - acceptedBefore;

    /// <inheritdoc/>
    public long ReadingsLate => Volatile.Read(ref groups).Late;

    /// <inheritdoc/>
    public long FramesFused => Volatile.Read(ref groups).Fused;

    /// <inheritdoc/>
    public long FramesCovered => Volatile.Read(ref groups).Covered;

    /// <inheritdoc/>
    public long Outliers => Volatile.Read(ref outliers);

    /// <inheritdoc/>
    public long Refits => Volatile.Read(ref refits);

    /// <inheritdoc/>
    public long LateRefits => Volatile.Read(ref groups).LateRefits;

    /// <inheritdoc/>
    public long MixtureComponents => Volatile.Read(ref mixtureComponents);

    /// <inheritdoc/>
    public double MixtureLogLikelihood => Volatile.Read(ref mixtureLogLikelihood);

    /// <inheritdoc/>
    public long QueueDepth => transport.Status.OutboxLength;

    /// <inheritdoc/>
    public double ClockSkew => intake.ClockSkew;

    /// <inheritdoc/>
    public long Reconnects => transport.Status.Reconnects;

    /// <inheritdoc/>
    public bool Connected => transport.Status.IsConnected;

    /// <inheritdoc/>
    public long SilentFilters => transport.Status.SilentFilters.Count;

    /// <inheritdoc/>
    public long ReadingsRejected(RejectReason reason)
    {
        long elsewhere = reason switch
        {
            RejectReason.Duplicate => graph.Sensors.Repeated - repeatedBefore,
            RejectReason.Oversized => transport.Status.Oversized,
            _ => 0,
        };
        return intake.Counters.Rejected(reason) + elsewhere;
    }

    /// <inheritdoc/>
    public long ReadingsAdjusted(Adjustment adjustment) => intake.Counters.Adjusted(adjustment);

    /// <inheritdoc/>
    public long Events(EventKind kind) => Volatile.Read(ref events[(int)kind]);

    /// <inheritdoc/>
    public long Sensors(SensorCondition condition) => Volatile.Read(ref conditions[(int)condition]);

    /// <inheritdoc/>
    public long Reloads(ReloadResult result) => Volatile.Read(ref reloads[(int)result]);

    /// <inheritdoc/>
    public AuditReport? Audit => Volatile.Read(ref audit);

    /// <summary>Keeps an audit for who scrapes.</summary>
    public void Record(AuditReport report) => Volatile.Write(ref audit, report);

    /// <summary>Counts an edit of the configuration.</summary>
    public void Record(ConfigurationReport report) => Interlocked.Increment(ref reloads[(int)report.Result]);

    /// <summary>Goes on counting where the graph's groups have begun anew; on the loop's thread.</summary>
    public void FollowGroups()
    {
        GroupCounters former = groups;
        Volatile.Write(ref groups, new GroupCounters(graph.Frames, graph.Fusion, graph.Mixtures, former.Late - graph.Frames.Late, former.Fused, former.Covered, former.LateRefits));
        models.Clear();
        Volatile.Write(ref mixtureComponents, 0);
        Volatile.Write(ref mixtureLogLikelihood, double.NaN);
    }

    /// <summary>Counts the sensors by what they are doing; on the loop's thread, now and then.</summary>
    public void CountConditions()
    {
        Span<long> found = stackalloc long[conditions.Length];
        found.Clear();
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            (Quality quality, bool isWarmingUp) = graph.Sensors.ConditionOf(sensor);
            found[(int)(quality switch
            {
                Quality.Bad => SensorCondition.Stuck,
                Quality.Stale => SensorCondition.Silent,
                _ => isWarmingUp ? SensorCondition.Warming : SensorCondition.Active,
            })]++;
        }

        for (int i = 0; i < found.Length; i++)
        {
            Volatile.Write(ref conditions[i], found[i]);
        }
    }

    /// <summary>Counts the results of a batch, whose order does not matter here; on the loop's thread.</summary>
    public void Record(ResultBatch results)
    {
        foreach (ref readonly Judgement judgement in results.Judgements)
        {
            outliers += judgement.Verdict == Verdict.Outlier ? 1 : 0;
        }

        Record(results.SensorEvents);
        Record(results.FusionEvents);
        Record(results.MixtureEvents);
        Record(results.JointEvents);
        Record(results.Models);
    }

    private void Record(IReadOnlyList<MixtureModel> fitted)
    {
        for (int i = 0; i < fitted.Count; i++)
        {
            refits += fitted[i].IsRefit ? 1 : 0;
            models[fitted[i].Group] = fitted[i];
        }

        if (fitted.Count > 0)
        {
            Volatile.Write(ref mixtureComponents, models.Values.Sum(model => model.Weights.Length));
            Volatile.Write(ref mixtureLogLikelihood, models.Values.Average(model => model.MeanLogLikelihood));
        }
    }

    private void Record(IReadOnlyList<StreamEvent> happened)
    {
        for (int i = 0; i < happened.Count; i++)
        {
            events[(int)happened[i].Kind]++;
        }
    }

    /// <summary>What some kernels have counted on top of what others had before them.</summary>
    private sealed class GroupCounters(FrameKernel frames, FusionKernel fusion, MixtureKernel mixtures, long late, long fused, long covered, long lateRefits)
    {
        public long Late => frames.Late + late;

        public long Fused => fusion.Frames + fused;

        public long Covered => fusion.Covered + covered;

        public long LateRefits => mixtures.LateRefits + lateRefits;
    }
}
