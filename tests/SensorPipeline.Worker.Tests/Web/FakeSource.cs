using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Tests.Web;

/// <summary>A service that says what a test wants.</summary>
internal sealed class FakeSource : IDashboardSource
{
    public static readonly EventTime Start = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    private readonly Lock gate = new();
    private readonly List<SensorSummary> sensors = [];

    public DashboardHistory History { get; } = new(new DashboardHistoryOptions { Points = 100 });

    public int Copies { get; private set; }

    public ServiceStatus Status { get; set; } =
        new() { Instance = "test", Version = "1.2.3", Started = DateTimeOffset.UnixEpoch, Broker = "broker:1883", Connected = true, Readings = 7 };

    public IReadOnlyList<GroupState> Groups { get; set; } = [];

    public IReadOnlyList<MixtureState> Mixtures { get; set; } = [];

    public int Add(string name, Func<SensorSummary, SensorSummary>? change = null)
    {
        var summary = new SensorSummary
        {
            Sensor = name, Time = Start, Value = 21.5, Count = 100, Mean = 21, StandardDeviation = 0.25, EffectiveSampleSize = 50, Lower = 20, Upper = 22,
            TailProbability = 0.5, Verdict = Verdict.Body, Calibrated = true, Quality = Quality.Good, NoiseStandardDeviation = double.NaN,
        };
        lock (gate)
        {
            sensors.Add(change?.Invoke(summary) ?? summary);
            return sensors.Count - 1;
        }
    }

    public void Change(int sensor, Func<SensorSummary, SensorSummary> change)
    {
        lock (gate)
        {
            sensors[sensor] = change(sensors[sensor]);
        }
    }

    public void Read(int sensor, int seconds, double value, bool isFlagged = false) => History.Record(
    [
        new Judgement
        {
            Sequence = seconds, Sensor = sensor, Time = Start + TimeSpan.FromSeconds(seconds), Value = value, Mean = double.NaN, StandardDeviation = double.NaN,
            LogTailProbability = double.NaN, Verdict = Verdict.Body, Calibrated = false, IsDeclared = isFlagged, IsOutlier = isFlagged,
        },
    ]);

    public void Raise(int sensor, EventKind kind, double tailProbability = double.NaN, string? group = null) => History.Record(
        new StreamEvent { Sequence = 5, Ordinal = 0, Kind = kind, Sensor = sensor, Group = group, Time = Start, TailProbability = tailProbability, Reason = "It happened." });

    public ValueTask LookAsync(CancellationToken cancel) => ValueTask.CompletedTask;

    public void CopySensors(List<SensorSummary> target)
    {
        lock (gate)
        {
            Copies++;
            target.AddRange(sensors);
        }
    }

    public long CopyHistory(int sensor, long after, List<HistoryPoint> points) => History.CopyHistory(sensor, after, points);

    public long CopyEstimates(int group, long after, List<EstimatePoint> points) => History.CopyEstimates(group, after, points);

    public long CopyRegimes(int group, long after, List<RegimePoint> points) => History.CopyRegimes(group, after, points);

    public long CopyService(long after, List<ServiceSecond> points) => History.CopyService(after, points);

    public long CopyEvents(long after, List<StreamEvent> events) => History.CopyEvents(after, events);
}
