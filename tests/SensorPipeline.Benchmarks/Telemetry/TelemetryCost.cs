using System.Globalization;
using System.Text;
using System.Text.Unicode;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Pipeline;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Benchmarks.Telemetry;

/// <summary>
/// What telemetry costs a message on its way: 2,000 sensors, a number of JSON each, decoded and judged with and without what counts, times and
/// remembers the results, in alternating pairs. Socket and disk are left out, so the share is that of the dearest case. It is processor time,
/// which other work on the machine does not stretch. Pairs are short, so that many of them are undisturbed: prints what it costs where they are,
/// and the median of all.
/// </summary>
public static class TelemetryCost
{
    private const int Sensors = 2000;
    private const int BatchReadings = 500;
    private const int Batches = 20;
    private const int Pairs = 301;
    private const int Rounds = 3;

    public static void Run()
    {
        using var feed = new Feed();
        feed.Play(400);
        feed.With(400, withHistory: true);
        for (int round = 0; round < Rounds; round++)
        {
            Compare("counters and durations", feed, withHistory: false);
            Compare("and the page's history", feed, withHistory: true);
        }
    }

    private static void Compare(string what, Feed feed, bool withHistory)
    {
        feed.With(Batches, withHistory);
        var ratios = new List<double>();
        var without = new List<double>();
        var with = new List<double>();
        for (int pair = 0; pair < Pairs; pair++)
        {
            // Who goes first changes, as the machine's speed may drift.
            double on = pair % 2 == 0 ? feed.With(Batches, withHistory) : double.NaN;
            double off = feed.Play(Batches);
            on = double.IsNaN(on) ? feed.With(Batches, withHistory) : on;
            ratios.Add(on / off);
            without.Add(off);
            with.Add(on);
        }

        ratios.Sort();
        without.Sort();
        with.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {100 * ((with[Pairs / 20] / without[Pairs / 20]) - 1):F1} % of {without[Pairs / 20]:F0} ns a message where least disturbed (the best twentieth of each); median of {Pairs} pairs {100 * (ratios[Pairs / 2] - 1):F1} %"));
    }

    private sealed class Feed : IDisposable
    {
        private readonly SensorGraph graph = new(new GraphOptions());
        private readonly InputBatch batch = new();
        private readonly Random random = new(1);
        private readonly ReadingDecoder decoder;
        private readonly byte[][] topics = [.. Enumerable.Range(0, Sensors).Select(sensor => Encoding.UTF8.GetBytes($"lab/{sensor}/env"))];
        private readonly (byte[] Bytes, int Length)[] payloads = [.. Enumerable.Range(0, BatchReadings).Select(_ => (new byte[64], 0))];
        private readonly ServiceCounts counts;
        private readonly DashboardHistory history = new(new DashboardHistoryOptions());
        private readonly ServiceMetrics metrics;
        private readonly ServiceTelemetry telemetry = new(new ServiceOptions(), new Dictionary<string, string>(), TimeProvider.System);
        private long sequence;
        private long message;

        public Feed()
        {
            // Nobody scrapes here: what the broker and the intake count is not asked for.
            counts = new ServiceCounts(graph, null!, null!, null!);
            metrics = new ServiceMetrics(counts, TimeProvider.System);
            var limits = new SourceLimits();
            SourceSet sources = SourceSet.Compile([new SourceOptions { Topic = "lab/{bench}/env", Format = "json", Sensor = "{bench}", Path = "/temp" }], limits, out _)!;
            decoder = new ReadingDecoder(sources, new SensorNames(), limits);
        }

        public void Dispose()
        {
            metrics.Dispose();
            telemetry.Dispose();
            graph.Dispose();
        }

        public double With(int batches, bool withHistory)
        {
            using IDisposable counting = graph.Results.Subscribe(counts.Record);
            using IDisposable? remembering = withHistory ? graph.Results.Subscribe(Remember) : null;
            return Play(batches, metrics);
        }

        public double Play(int batches, ServiceMetrics? told = null)
        {
            TimeSpan taken = TimeSpan.Zero;
            for (int i = 0; i < batches; i++)
            {
                Fill();
                TimeSpan before = Environment.CpuUsage.TotalTime;
                Decode();
                long began = TimeProvider.System.GetTimestamp();
                graph.Process(batch);
                told?.RecordStage(PipelineStage.Graph, TimeProvider.System.GetElapsedTime(began));
                told?.RecordStage(PipelineStage.Log, TimeProvider.System.GetElapsedTime(began));
                taken += Environment.CpuUsage.TotalTime - before;
            }

            return taken.TotalNanoseconds / ((double)batches * BatchReadings);
        }

        private void Remember(ResultBatch results)
        {
            history.Record(results.Judgements);
            history.Record(results.Estimates);
            history.Record(results.Regimes);
        }

        private void Fill()
        {
            for (int i = 0; i < BatchReadings; i++)
            {
                double value = 20 + random.NextDouble() + random.NextDouble() + random.NextDouble();
                _ = Utf8.TryWrite(payloads[i].Bytes, CultureInfo.InvariantCulture, $$"""{"temp":{{value:F3}}}""", out payloads[i].Length);
            }
        }

        private void Decode()
        {
            batch.Clear();
            batch.FirstSequence = sequence;
            for (int i = 0; i < BatchReadings; i++, message++)
            {
                decoder.Decode(
                    new Message
                    {
                        Topic = topics[message % Sensors],
                        Payload = payloads[i].Bytes.AsSpan(0, payloads[i].Length),
                        Arrival = new EventTime(0) + TimeSpan.FromSeconds(message / Sensors),
                    },
                    batch);
            }

            sequence += batch.Count;
        }
    }
}
