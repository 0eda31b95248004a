using SensorPipeline.Formats.Results;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Publishes what the graph says. Events and models go out at once; the states of sensors and groups when it is time, and only those that have
/// changed. A state that cannot be sent stays due, so what is sent after an outage is the latest and not the backlog. Runs on the loop's thread.
/// </summary>
internal sealed class ResultPublisher(IMqttTransport transport, ResultTopics topics, SensorGraph graph, TimeProvider clock) : IResultVisitor
{
    private const int Qos = 1;

    private readonly ResultWriter writer = new();
    private readonly DueList sensors = new();
    private readonly DueList groups = new();
    private readonly Dictionary<int, FusedEstimate> estimates = [];
    private readonly Dictionary<int, (RegimeState State, double[] Responsibilities)> regimes = [];
    private readonly List<string> stateTopics = [];

    /// <summary>Results that were not published because the outbox was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Where the age of what is published is recorded; null for nowhere.</summary>
    public ServiceMetrics? Metrics { get; set; }

    /// <inheritdoc/>
    public void Visit(in Judgement judgement) => sensors.Add(judgement.Sensor);

    /// <inheritdoc/>
    public void Visit(StreamEvent happened)
    {
        string? sensor = happened.Sensor >= 0 ? graph.Names[happened.Sensor] : null;
        string topic = happened.Group is { } group ? topics.GroupEvent(group) : topics.SensorEvent(sensor!);
        Publish(topic, writer.Event(happened, sensor), retain: false);
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
    public void Visit(Streams.Mixtures.MixtureModel model)
    {
        Group group = graph.Groups.Groups[model.Group];
        var published = new MixtureModel
        {
            Time = model.Time,
            Group = group.Name,
            Frames = model.Rows,
            Members = group.Members.Select(sensor => graph.Names[sensor]).ToArray(),
            Weights = model.Weights,
            Means = model.Means.SelectMany(mean => mean).ToArray(),
            Covariances = model.Covariances.SelectMany(covariance => covariance.SelectMany(row => row)).ToArray(),
            Labels = model.Labels,
        };
        Publish(topics.MixtureModel(group.Name), writer.Mixture(published), retain: true);
    }

    /// <summary>Publishes the states that have changed since the last time.</summary>
    public void PublishStates()
    {
        sensors.Drain(PublishSensor);
        groups.Drain(PublishGroup);
    }

    /// <summary>Says whether the service is there, for who comes later too.</summary>
    public void PublishStatus(bool online) => transport.TryPublish(topics.Status, online ? "online"u8 : "offline"u8, Qos, retain: true);

    /// <summary>Says what service this is.</summary>
    public void PublishAbout(ServiceDescription description) => transport.TryPublish(topics.About, writer.About(description), Qos, retain: true);

    private bool PublishSensor(int sensor)
    {
        while (stateTopics.Count <= sensor)
        {
            stateTopics.Add(topics.SensorState(graph.Names[stateTopics.Count]));
        }

        SensorSummary summary = graph.Sensors.Summarise(sensor);
        if (!transport.TryPublish(stateTopics[sensor], writer.State(summary), Qos, retain: true))
        {
            return false;
        }

        Metrics?.RecordLatency(EventTime.From(clock.GetUtcNow()) - summary.Time);
        return true;
    }

    private bool PublishGroup(int group)
    {
        string name = graph.Groups.Groups[group].Name;
        if (estimates.TryGetValue(group, out FusedEstimate estimate))
        {
            return transport.TryPublish(topics.GroupState(name), writer.Fused(estimate), Qos, retain: true);
        }

        return !regimes.TryGetValue(group, out var regime) || graph.Mixtures.ModelOf(group) is not { } model ||
            transport.TryPublish(topics.MixtureState(name), writer.Regime(regime.State, model.Labels, regime.Responsibilities), Qos, retain: false);
    }

    private void Publish(string topic, ReadOnlySpan<byte> payload, bool retain) => Dropped += transport.TryPublish(topic, payload, Qos, retain) ? 0 : 1;
}
