using System.Globalization;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>
/// What a refit on another thread costs the graph, on two cores at least: readings of four sensors of a mixture go through a graph, by turns with nothing beside it and with one refit of 2,000 frames after
/// the other. Prints nanoseconds a reading of both, the least and the median of batches short enough that some meet no other work, and the share of throughput lost. The median says nothing on a machine
/// without two cores to spare.
/// </summary>
public static class RefitInterference
{
    private const int Members = 4;
    private const int Window = 2000;
    private const int FramesPerBatch = 100;
    private const int BatchesPerTurn = 100;
    private const int Turns = 40;

    public static void Run()
    {
        double[] rows = Rows();
        var source = new Source(rows);
        using SensorGraph graph = Settled(source);
        List<double> alone = [], beside = [];
        source.Turn(graph, []);
        for (int turn = 0; turn < Turns; turn++)
        {
            source.Turn(graph, alone);
            using var stop = new CancellationTokenSource();
            Task refits = Task.Factory.StartNew(() => Refit(rows, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            source.Turn(graph, beside);
            stop.Cancel();
            refits.Wait();
        }

        alone.Sort();
        beside.Sort();
        Print("least", alone[0], beside[0]);
        Print("median", alone[alone.Count / 2], beside[beside.Count / 2]);
    }

    private static void Print(string name, double alone, double beside) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{name,-6} {alone:F0} ns alone, {beside:F0} ns beside a refit, {1 - (alone / beside):P1} lost"));

    /// <summary>A graph with a mixture in force whose own refits are so seldom that it never waits for one: time goes faster here than a refit is made for.</summary>
    private static SensorGraph Settled(Source source)
    {
        var mixture = new MixtureOptions { Name = "all", Members = ["#"], Lateness = TimeSpan.Zero };
        using var young = new SensorGraph(new GraphOptions { Mixtures = [mixture] });
        source.Turn(young, []);
        var writer = new SnapshotWriter();
        young.Save(writer);
        var settled = new SensorGraph(new GraphOptions { Mixtures = [mixture with { Refit = TimeSpan.FromDays(10_000) }] });
        var reader = new SnapshotReader(writer.Written);
        settled.Load(ref reader);
        return settled;
    }

    private static void Refit(double[] rows, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            WindowMixture.Of(rows, Members, new MixtureSearchOptions());
        }
    }

    private static double[] Rows()
    {
        var random = new Random(1);
        double[] rows = new double[Window * Members];
        for (int at = 0; at < rows.Length; at++)
        {
            rows[at] = (at / Members % 3 * 8) + Normal.Standard.Sample(random);
        }

        return rows;
    }

    /// <summary>Readings without end, a second between frames.</summary>
    private sealed class Source(double[] rows)
    {
        private readonly InputBatch batch = new();
        private long frame;
        private long sequence;

        /// <summary>Notes nanoseconds a reading of each batch.</summary>
        public void Turn(SensorGraph graph, List<double> times)
        {
            for (int done = 0; done < BatchesPerTurn; done++)
            {
                Fill();
                long started = TimeProvider.System.GetTimestamp();
                graph.Process(batch);
                times.Add(TimeProvider.System.GetElapsedTime(started).TotalNanoseconds / (FramesPerBatch * Members));
            }
        }

        private void Fill()
        {
            batch.Clear();
            batch.FirstSequence = sequence;
            for (int row = 0; row < FramesPerBatch; row++, frame++)
            {
                var time = new EventTime(TimeSpan.TicksPerSecond * (frame + 1));
                for (int member = 0; member < Members; member++)
                {
                    if (frame == 0)
                    {
                        batch.AddSensor(member, FormattableString.Invariant($"m{member}"), time);
                    }

                    batch.AddReading(member, time, time, rows[((int)(frame % Window) * Members) + member]);
                }
            }

            sequence += batch.Inputs.Length;
        }
    }
}
