using System.Globalization;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>
/// What a refit on another thread costs the graph, on two cores at least: readings of four sensors of a mixture go through a graph in short slices, by turns with nothing beside it and with a refit of
/// 2,000 frames after the other. Prints nanoseconds a reading of both, the least and the median of the slices, and the share of throughput lost.
/// </summary>
public static class RefitInterference
{
    private const int Members = 4;
    private const int Window = 2000;
    private const int FramesPerSlice = 20_000;
    private const int Slices = 60;

    public static void Run()
    {
        double[] rows = Rows();
        var source = new Source(rows);
        using SensorGraph graph = Settled(source);
        source.Slice(graph);
        double[] alone = new double[Slices], beside = new double[Slices];
        for (int slice = 0; slice < Slices; slice++)
        {
            alone[slice] = source.Slice(graph);
            using var stop = new CancellationTokenSource();
            Task refits = Task.Factory.StartNew(() => Refit(rows, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            beside[slice] = source.Slice(graph);
            stop.Cancel();
            refits.Wait();
        }

        Array.Sort(alone);
        Array.Sort(beside);
        (double least, double median) = (1 - (alone[0] / beside[0]), 1 - (alone[Slices / 2] / beside[Slices / 2]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"least  {alone[0]:F0} ns alone, {beside[0]:F0} ns beside a refit, {least:P1} lost"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {alone[Slices / 2]:F0} ns alone, {beside[Slices / 2]:F0} ns beside a refit, {median:P1} lost"));
    }

    /// <summary>A graph with a mixture in force whose own refits are so seldom that it never waits for one: time goes faster here than a refit is made for.</summary>
    private static SensorGraph Settled(Source source)
    {
        var mixture = new MixtureOptions { Name = "all", Members = ["#"], Lateness = TimeSpan.Zero };
        using var young = new SensorGraph(new GraphOptions { Mixtures = [mixture] });
        source.Slice(young);
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

        /// <summary>Nanoseconds a reading of a slice.</summary>
        public double Slice(SensorGraph graph)
        {
            double taken = 0;
            for (int done = 0; done < FramesPerSlice; done += Window)
            {
                Fill();
                long started = TimeProvider.System.GetTimestamp();
                graph.Process(batch);
                taken += TimeProvider.System.GetElapsedTime(started).TotalNanoseconds;
            }

            return taken / (FramesPerSlice * Members);
        }

        private void Fill()
        {
            batch.Clear();
            batch.FirstSequence = sequence;
            for (int row = 0; row < Window; row++, frame++)
            {
                var time = new EventTime(TimeSpan.TicksPerSecond * (frame + 1));
                for (int member = 0; member < Members; member++)
                {
                    if (frame == 0)
                    {
                        batch.AddSensor(member, FormattableString.Invariant($"m{member}"), time);
                    }

                    batch.AddReading(member, time, time, rows[(row * Members) + member]);
                }
            }

            sequence += batch.Inputs.Length;
        }
    }
}
