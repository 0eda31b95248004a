using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>
/// The service's own metrics. Their names are a contract; no tag ever holds a sensor's name or a topic, so their number does not
/// grow with the fleet. Every value of a tag is present from the start, at 0: an alert on an increase misses no first one.
/// </summary>
public sealed class ServiceMetrics : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string MeterName = "SensorPipeline";

    private static readonly double[] LatencySeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
    private static readonly double[] StageSeconds = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
    private static readonly KeyValuePair<string, object?>[] Stages = Tags<PipelineStage>("stage");
    private static readonly KeyValuePair<string, object?>[] Kinds = Tags<EventKind>("kind");

    private static readonly (RejectReason Value, KeyValuePair<string, object?> Tag)[] Reasons =
        [.. Enum.GetValues<RejectReason>().Where(reason => reason != RejectReason.None).Select(reason => (reason, KeyValuePair.Create("reason", (object?)reason.Tag())))];

    private static readonly (Adjustment Value, KeyValuePair<string, object?> Tag)[] Adjustments =
        [.. Enum.GetValues<Adjustment>().Select(adjustment => (adjustment, KeyValuePair.Create("adjustment", (object?)adjustment.Tag())))];

    private static readonly KeyValuePair<string, object?>[] Bounds =
        [.. new[] { "budget", "realised", "lower", "upper" }.Select(bound => KeyValuePair.Create("bound", (object?)bound))];

    private static readonly KeyValuePair<string, object?>[] Extents =
        [.. new[] { "least", "all", "greatest" }.Select(extent => KeyValuePair.Create("groups", (object?)extent))];

    private static readonly KeyValuePair<string, object?>[] Ranks = [.. Enumerable.Range(1, 10).Select(rank => KeyValuePair.Create("rank", (object?)rank))];

    private static readonly KeyValuePair<string, object?>[] Conditions = Tags<SensorCondition>("state");

    private static readonly KeyValuePair<string, object?>[] Reloads = Tags<ReloadResult>("result");

    private readonly Meter meter = new(MeterName, typeof(ServiceMetrics).Assembly.GetName().Version?.ToString(3));
    private readonly Histogram<double> latency;
    private readonly Histogram<double> stageDuration;
    private readonly Histogram<double> refitDuration;

    /// <summary>Registers every instrument.</summary>
    /// <param name="counts">What the pipeline has counted; read on each collection.</param>
    /// <param name="clock">The clock the process' age is measured with.</param>
    public ServiceMetrics(IServiceCounts counts, TimeProvider clock)
    {
        Count("sensorpipeline.messages.received", "{message}", "Messages the broker delivered.", () => counts.MessagesReceived);
        Count("sensorpipeline.messages.published", "{message}", "Messages published.", () => counts.MessagesPublished);
        Count("sensorpipeline.results.dropped", "{result}", "Results not published because the queue was full.", () => counts.ResultsDropped);
        Count("sensorpipeline.readings.accepted", "{reading}", "Readings that reached a sensor's statistics.", () => counts.ReadingsAccepted);
        Count("sensorpipeline.readings.late", "{reading}", "Readings that came after their group's frame had closed.", () => counts.ReadingsLate);
        Count("sensorpipeline.fusion.frames", "{frame}", "Frames fused.", () => counts.FramesFused);
        Count("sensorpipeline.fusion.covered", "{frame}", "Fused frames whose normalised innovation squared lay inside its 95 % band.", () => counts.FramesCovered);
        Count("sensorpipeline.outliers", "{reading}", "Readings judged outliers.", () => counts.Outliers);
        Count("sensorpipeline.mixture.refits", "{refit}", "Refits that took the place of the mixture in force.", () => counts.Refits);
        Count("sensorpipeline.mixture.refits.late", "{refit}", "Refits that were not ready when they were to take effect, so that the graph had to wait.", () => counts.LateRefits);
        Count("sensorpipeline.mqtt.reconnects", "{connection}", "Connections to the broker after the first.", () => counts.Reconnects);
        CountReloads(counts);
        CountAsOthersDo("messaging.client.consumed.messages", "receive", "Messages delivered to the application.", () => counts.MessagesReceived);
        CountAsOthersDo("messaging.client.sent.messages", "publish", "Messages sent to the broker.", () => counts.MessagesPublished);
        Coverage(counts);
        CountByReason(counts);
        CountByKind(counts);
        Gauges(counts, clock);
        Alarms(counts);
        latency = meter.CreateHistogram("sensorpipeline.latency", "s", "Time from a reading's event time to the publication of the state it led to.", null, Buckets(LatencySeconds));
        stageDuration = meter.CreateHistogram("sensorpipeline.stage.duration", "s", "Time a batch spends in a stage.", null, Buckets(StageSeconds));
        refitDuration = meter.CreateHistogram("sensorpipeline.mixture.refit.duration", "s", "Time a refit of a mixture took, beside the graph.", null, Buckets(LatencySeconds));
    }

    /// <summary>Records how long after its event time a reading's state was published.</summary>
    public void RecordLatency(TimeSpan elapsed) => latency.Record(elapsed.TotalSeconds);

    /// <summary>Records how long a batch was in a stage; its span, if it has one, is the measurement's exemplar.</summary>
    public void RecordStage(PipelineStage stage, TimeSpan elapsed, Activity? span = null)
    {
        if (span is null)
        {
            stageDuration.Record(elapsed.TotalSeconds, Stages[(int)stage]);
            return;
        }

        Activity? before = Activity.Current;
        Activity.Current = span;
        stageDuration.Record(elapsed.TotalSeconds, Stages[(int)stage]);
        Activity.Current = before;
    }

    /// <summary>Records how long a refit took.</summary>
    public void RecordRefit(TimeSpan elapsed) => refitDuration.Record(elapsed.TotalSeconds);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void Count(string name, string unit, string description, Func<long> read) => meter.CreateObservableCounter(name, read, unit, description);

    private void ShowOnceKnown(string name, string unit, string description, Func<double> read) =>
        meter.CreateObservableGauge(name, () => read() is var now && double.IsNaN(now) ? [] : new[] { new Measurement<double>(now) }, unit, description);

    // By OpenTelemetry's conventions for messaging, for dashboards that show every client alike.
    private void CountAsOthersDo(string name, string operation, string description, Func<long> read)
    {
        KeyValuePair<string, object?>[] tags = [new("messaging.system", "mqtt"), new("messaging.operation.name", operation)];
        meter.CreateObservableCounter(name, () => new Measurement<long>(read(), tags), "{message}", description);
    }

    // Which group it is, the audit topic says: here a fleet of any size has three numbers.
    private void Coverage(IServiceCounts counts) => meter.CreateObservableGauge(
        "sensorpipeline.fusion.coverage",
        () => counts.Audit is { Groups.Count: > 0 } audit ? Coverages(audit) : [],
        "1",
        "Share of a group's fused frames whose normalised innovation squared lay inside its 95 % band: the least of the groups, over all frames, the greatest.");

    private static Measurement<double>[] Coverages(AuditReport audit) =>
    [
        new(audit.Groups.Min(group => group.Coverage), Extents[0]),
        new(audit.NormalisedInnovationCoverage, Extents[1]),
        new(audit.Groups.Max(group => group.Coverage), Extents[2]),
    ];

    private void CountByReason(IServiceCounts counts)
    {
        meter.CreateObservableCounter(
            "sensorpipeline.readings.rejected",
            () => Reasons.Select(reason => new Measurement<long>(counts.ReadingsRejected(reason.Value), reason.Tag)),
            "{reading}",
            "Readings and messages that were not accepted, by reason.");
        meter.CreateObservableCounter(
            "sensorpipeline.readings.adjusted",
            () => Adjustments.Select(adjustment => new Measurement<long>(counts.ReadingsAdjusted(adjustment.Value), adjustment.Tag)),
            "{reading}",
            "Messages and readings that something had to be assumed for, by what.");
    }

    private void CountByKind(IServiceCounts counts) => meter.CreateObservableCounter(
        "sensorpipeline.events",
        () => Kinds.Select((tag, kind) => new Measurement<long>(counts.Events((EventKind)kind), tag)),
        "{event}",
        "Events raised, by kind.");

    private void CountReloads(IServiceCounts counts) => meter.CreateObservableCounter(
        "sensorpipeline.config.reloads",
        () => Reloads.Select((tag, result) => new Measurement<long>(counts.Reloads((ReloadResult)result), tag)),
        "{reload}",
        "Edits of the configuration while the service ran, by what became of them.");

    private void Gauges(IServiceCounts counts, TimeProvider clock)
    {
        long started = clock.GetTimestamp();
        meter.CreateObservableGauge(
            "sensorpipeline.sensors",
            () => Conditions.Select((tag, condition) => new Measurement<long>(counts.Sensors((SensorCondition)condition), tag)),
            "{sensor}",
            "Known sensors, by what they are doing.");
        meter.CreateObservableGauge("sensorpipeline.mixture.components", () => counts.MixtureComponents, "{component}", "Components of the mixtures in force.");
        ShowOnceKnown(
            "sensorpipeline.mixture.log_likelihood",
            "1",
            "Mean log density of the frames the mixtures in force were fitted to, averaged over the groups.",
            () => counts.MixtureLogLikelihood);
        ShowOnceKnown(
            "sensorpipeline.clock.skew",
            "s",
            "Arrival of the latest reading less its own time: the way here, and by how much the device's clock is behind.",
            () => counts.ClockSkew);
        meter.CreateObservableGauge("sensorpipeline.queue.depth", () => counts.QueueDepth, "{result}", "Results waiting to be published.");
        meter.CreateObservableGauge("sensorpipeline.mqtt.connected", () => counts.Connected ? 1 : 0, "1", "Whether the broker is connected.");
        meter.CreateObservableGauge(
            "sensorpipeline.mqtt.filters.silent", () => counts.SilentFilters, "{filter}", "Topic filters that used to deliver and no longer do, though the connection stands.");
        meter.CreateObservableGauge("process.uptime", () => clock.GetElapsedTime(started).TotalSeconds, "s", "Time since the service started.");
    }

    private void Alarms(IServiceCounts counts)
    {
        meter.CreateObservableGauge(
            "sensorpipeline.alarms.rate",
            () => counts.Audit is { } audit ? Rates(audit) : [],
            "{alarm}/d",
            "Alarms a sensor and day by kind: the budget, what was realised, and its exact 95 % interval.");
        meter.CreateObservableGauge(
            "sensorpipeline.alarms.sensors_above_budget", () => counts.Audit?.SensorsAbove ?? 0, "{sensor}", "Sensors that raise more alarms than the budget beyond chance.");
        meter.CreateObservableGauge(
            "sensorpipeline.alarms.worst",
            () => counts.Audit is { } audit ? Worst(audit) : [],
            "{alarm}/d",
            "Alarms a day of the sensors that raise the most beyond the budget, by rank; 0 where there are no more.");
    }

    // The number of series is that of ranks, however many sensors there are; which they are the audit topic and the page say.
    private static IEnumerable<Measurement<double>> Worst(AuditReport audit) =>
        Ranks.Select((rank, i) => new Measurement<double>(i < audit.Worst.Count ? audit.Worst[i].Realised.Value : 0, rank));

    private static IEnumerable<Measurement<double>> Rates(AuditReport audit)
    {
        IEnumerable<Measurement<double>> all = Rates(KeyValuePair.Create("kind", (object?)"all"), audit.Budget, audit.Realised);
        return audit.Kinds.Aggregate(all, (rates, kind) => rates.Concat(Rates(Kinds[(int)kind.Kind], kind.Budget, kind.Realised)));
    }

    // What is not known yet is left out.
    private static IEnumerable<Measurement<double>> Rates(KeyValuePair<string, object?> kind, double budget, RealisedRate realised) =>
        new[] { budget, realised.Value, realised.Lower, realised.Upper }
            .Select((rate, bound) => new Measurement<double>(rate, kind, Bounds[bound]))
            .Where(measurement => double.IsFinite(measurement.Value));

    private static InstrumentAdvice<double> Buckets(double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private static KeyValuePair<string, object?>[] Tags<T>(string key)
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => KeyValuePair.Create(key, (object?)JsonNamingPolicy.SnakeCaseLower.ConvertName(name)))];
}
