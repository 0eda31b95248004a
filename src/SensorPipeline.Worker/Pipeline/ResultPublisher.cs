using System.Text;
using SensorPipeline.Formats.Results;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.HomeAssistant;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Publishes what the graph says. Events and models go out as soon as their inputs are durable, so that their identifiers are for good; the states
/// of sensors and groups when it is time, and only those that have changed. What cannot be sent stays due: of states the latest, of events so many.
/// Runs on the loop's thread.
/// </summary>
internal sealed class ResultPublisher(
    IMqttTransport transport, ResultTopics topics, SensorGraph graph, EventOutbox events, Func<ServiceDescription> describe, TimeProvider clock) : IResultVisitor
{
    private const int Qos = 1;

    private readonly ResultWriter writer = new();
    private readonly DueList sensors = new();
    private readonly DueList groups = new();
    private readonly DueList models = new();
    private readonly Dictionary<int, FusedEstimate> estimates = [];
    private readonly Dictionary<int, (RegimeState State, double[] Responsibilities)> regimes = [];
    private readonly Dictionary<int, LatestJoint> joints = [];
    private readonly List<string> stateTopics = [];
    private int introduced = graph.Names.Count;

    /// <summary>Results that were not published because the outbox was full.</summary>
    public long Dropped => events.Dropped;

    /// <summary>Whether an event waits for its input to be durable; from any thread.</summary>
    public bool HasWaiting => events.HasWaiting;

    /// <summary>Where the age of what is published is recorded; null for nowhere.</summary>
    public ServiceMetrics? Metrics { get; set; }

    /// <summary>What the broker had stored of a sensor, to be shown until it reports; null for nothing.</summary>
    public Func<int, (double Value, EventTime Time)?>? SeedOf { get; set; }

    /// <summary>Who tells Home Assistant of sensors; null for nobody.</summary>
    public HomeAssistantAnnouncer? HomeAssistant { get; set; }

    /// <summary>What became of the last edit of the configuration; null where nobody has edited it. From any thread.</summary>
    public ConfigurationReport? Configuration { get; set; }

    /// <summary>Who else wants each audit; null for nobody.</summary>
    public Action<AuditReport>? Audited { get; set; }

    /// <inheritdoc/>
    public void Visit(in Judgement judgement) => sensors.Add(judgement.Sensor);

    /// <inheritdoc/>
    public void Visit(StreamEvent happened)
    {
        string? sensor = happened.Sensor >= 0 ? graph.Names[happened.Sensor] : null;
        string topic = happened.Group is { } group ? topics.GroupEvent(group) : topics.SensorEvent(sensor!);
        events.Add(happened.Sequence, Encoding.UTF8.GetBytes(topic), writer.Event(happened, sensor));
        if (happened.Group is null)
        {
            sensors.Add(happened.Sensor);
        }
    }

    /// <inheritdoc/>
    public void Visit(in FusedEstimate estimate)
    {
        estimates[estimate.Group] = estimate;
        groups.Add(estimate.Group);
    }

    /// <inheritdoc/>
    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
        double[] copy = regimes.TryGetValue(regime.Group, out var former) && former.Responsibilities.Length == responsibilities.Length
            ? former.Responsibilities
            : new double[responsibilities.Length];
        responsibilities.CopyTo(copy);
        regimes[regime.Group] = (regime, copy);
        groups.Add(regime.Group);
    }

    /// <inheritdoc/>
    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived)
    {
        if (!joints.TryGetValue(joint.Group, out LatestJoint? latest))
        {
            joints.Add(joint.Group, latest = new LatestJoint());
        }

        latest.Set(joint, predictions, derived);
        groups.Add(joint.Group);
    }

    /// <inheritdoc/>
    public void Visit(Streams.Mixtures.MixtureModel model) => models.Add(model.Group);

    /// <summary>Publishes models, and events whose inputs lie before <paramref name="committed"/>.</summary>
    public void PublishPending(long committed)
    {
        events.Send(transport, committed);
        models.Drain(PublishModel);
    }

    /// <summary>Says what service this is and that it is there; every state is due again, as the broker may have lost what it kept.</summary>
    public void Announce()
    {
        HomeAssistant?.Forget();
        PublishStatus(online: true);
        transport.TryPublish(topics.About, writer.About(describe()), Qos, retain: true);
        PublishAudit();
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            sensors.Add(sensor);
        }

        for (int group = 0; group < graph.Groups.Groups.Count; group++)
        {
            groups.Add(group);
            models.Add(group);
        }
    }

    /// <summary>Lets go of what was kept of groups: they may be others now, under the same numbers.</summary>
    public void ForgetGroups()
    {
        groups.Clear();
        models.Clear();
        estimates.Clear();
        regimes.Clear();
        joints.Clear();
    }

    /// <summary>Says what was promised beside what was kept.</summary>
    public void PublishAudit()
    {
        AuditReport report = Audit.Of(graph, EventTime.From(clock.GetUtcNow())) with { Configuration = Configuration };
        Audited?.Invoke(report);
        transport.TryPublish(topics.Audit, writer.Audit(report), Qos, retain: true);
    }

    /// <summary>Publishes the states that have changed since the last time.</summary>
    public void PublishStates()
    {
        // A sensor that is new has no reading yet where the broker had stored its value.
        while (introduced < graph.Names.Count)
        {
            sensors.Add(introduced++);
        }

        sensors.Drain(PublishSensor);
        groups.Drain(PublishGroup);
    }

    /// <summary>Says whether the service is there, for who comes later too.</summary>
    public void PublishStatus(bool online) => transport.TryPublish(topics.Status, online ? "online"u8 : "offline"u8, Qos, retain: true);

    private bool PublishSensor(int sensor)
    {
        while (stateTopics.Count <= sensor)
        {
            stateTopics.Add(topics.SensorState(graph.Names[stateTopics.Count]));
        }

        // Home Assistant reads a state only of a sensor that it knows.
        if (HomeAssistant?.TryAnnounce(sensor, graph.Names[sensor]) == false)
        {
            return false;
        }

        SensorSummary summary = graph.Sensors.Summarise(sensor);
        if (summary.Count == 0 && SeedOf?.Invoke(sensor) is { } seed)
        {
            summary = summary with { Value = seed.Value, Time = seed.Time };
        }

        if (!transport.TryPublish(stateTopics[sensor], writer.State(summary), Qos, retain: true))
        {
            return false;
        }

        if (summary.Count > 0)
        {
            Metrics?.RecordLatency(EventTime.From(clock.GetUtcNow()) - summary.Time);
        }

        return true;
    }

    private bool PublishGroup(int group)
    {
        string name = graph.Groups.Groups[group].Name;
        if (estimates.TryGetValue(group, out FusedEstimate estimate))
        {
            return transport.TryPublish(topics.GroupState(name), writer.Fused(estimate, graph.Fusion.MembersOf(group), NamesOf(group)), Qos, retain: true);
        }

        if (joints.TryGetValue(group, out LatestJoint? joint))
        {
            var channels = ((JointOptions)graph.Groups.Groups[group].Options).Derived;
            return transport.TryPublish(topics.GroupState(name), writer.Joint(joint.State, graph.Names, joint.Predictions, joint.Derived, channels), Qos, retain: true);
        }

        return !regimes.TryGetValue(group, out var regime) || graph.Mixtures.ModelOf(group) is not { } model ||
            transport.TryPublish(topics.MixtureState(name), writer.Regime(regime.State, model.Labels, regime.Responsibilities), Qos, retain: false);
    }

    private string[] NamesOf(int group) => [.. graph.Groups.Groups[group].Members.Select(sensor => graph.Names[sensor])];

    private bool PublishModel(int group)
    {
        if (graph.Mixtures.ModelOf(group) is not { } model)
        {
            return true;
        }

        string name = graph.Groups.Groups[group].Name;
        var published = new MixtureModel
        {
            Time = model.Time,
            Group = name,
            Frames = model.Rows,
            Members = model.Members.Select(sensor => graph.Names[sensor]).ToArray(),
            Weights = model.Weights,
            Means = model.Means.SelectMany(mean => mean).ToArray(),
            Covariances = model.Covariances.SelectMany(covariance => covariance.SelectMany(row => row)).ToArray(),
            DegreesOfFreedom = model.DegreesOfFreedom,
            Labels = model.Labels,
            MeanLogLikelihood = model.MeanLogLikelihood,
            Drift = model.Drift,
        };
        return transport.TryPublish(topics.MixtureModel(name), writer.Mixture(published), Qos, retain: true);
    }
}
