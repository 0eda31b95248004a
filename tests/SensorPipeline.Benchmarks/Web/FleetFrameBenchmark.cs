using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Benchmarks.Web;

/// <summary>
/// What a viewer of ten thousand sensors costs the service, a fifth of a second's frame: the picture, which all viewers share, and the frame that is cut from it
/// and written as JSON for one, beside copying the sensors.
/// </summary>
public class FleetFrameBenchmark
{
    private const int Sensors = 10_000;
    private static readonly EventTime Start = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    private readonly ArrayBufferWriter<byte> written = new();
    private readonly List<SensorSummary> copied = [];
    private readonly Fleet fleet = new();
    private FleetCamera camera = null!;
    private FrameComposer composer = null!;
    private FleetPicture picture = null!;

    [GlobalSetup]
    public void Setup()
    {
        camera = new FleetCamera(fleet, TimeProvider.System, TimeSpan.Zero);
        composer = new FrameComposer(fleet, ViewRequest.From(new QueryCollection(QueryHelpers.ParseQuery("?view=fleet&rows=60")))!);
        picture = camera.Picture();
    }

    [Benchmark(Baseline = true)]
    public int Copy()
    {
        copied.Clear();
        fleet.CopySensors(copied);
        return copied.Count;
    }

    [Benchmark]
    public object Picture()
    {
        fleet.Turn();
        return camera.Picture();
    }

    [Benchmark]
    public int Frame()
    {
        written.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(written);
        JsonSerializer.Serialize(writer, composer.Compose(picture), DashboardJson.Default.FramePayload);
        writer.Flush();
        return written.WrittenCount;
    }

    private sealed class Fleet : IDashboardSource
    {
        private readonly SensorSummary[] sensors = [.. Enumerable.Range(0, Sensors).Select(Of)];
        private int turn;

        public ServiceStatus Status { get; } =
            new() { Instance = "bench", Version = "1.0.0", Started = DateTimeOffset.UnixEpoch, Broker = "broker:1883", Connected = true };

        public IReadOnlyList<GroupState> Groups => [];

        public IReadOnlyList<MixtureState> Mixtures => [];

        // Every sensor has news in every frame.
        public void Turn()
        {
            turn++;
            for (int i = 0; i < sensors.Length; i++)
            {
                double tail = Math.Pow(10, -(((i * 7919L) + (turn * 104_729L)) % 900 / 100.0));
                sensors[i] = sensors[i] with { TailProbability = tail, Verdict = tail < 1e-6 ? Verdict.Outlier : Verdict.Body };
            }
        }

        public ValueTask LookAsync(CancellationToken cancel) => ValueTask.CompletedTask;

        public void CopySensors(List<SensorSummary> target) => target.AddRange(sensors);

        public long CopyHistory(int sensor, long after, List<HistoryPoint> points) => 0;

        public long CopyEstimates(int group, long after, List<EstimatePoint> points) => 0;

        public long CopyRegimes(int group, long after, List<RegimePoint> points) => 0;

        public long CopyService(long after, List<ServiceSecond> points) => 0;

        public long CopyEvents(long after, List<StreamEvent> events) => 0;

        private static SensorSummary Of(int sensor) => new()
        {
            Sensor = $"site/line-{sensor / 100}/machine-{sensor % 100}/temperature", Time = Start, Value = 21.5, Count = 100, Mean = 21, StandardDeviation = 0.25,
            EffectiveSampleSize = 50, Lower = 20, Upper = 22, TailProbability = 0.5, Verdict = Verdict.Body, Calibrated = true, Quality = Quality.Good,
            NoiseStandardDeviation = double.NaN,
        };
    }
}
