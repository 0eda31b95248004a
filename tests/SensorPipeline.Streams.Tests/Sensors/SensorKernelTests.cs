using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

public class SensorKernelTests
{
    private const int Sensors = 37;

    private readonly InputBatch batch = new();
    private readonly SensorBatch output = new();
    private long sequence;

    [Fact]
    public void Readings_judged_side_by_side_are_judged_as_one_by_one()
    {
        double[][] rounds = [.. Rounds(600)];
        Assert.Equal(Judged(rounds, oneByOne: true), Judged(rounds, oneByOne: false));
    }

    [Fact]
    public void What_is_told_of_readings_side_by_side_is_told_in_their_order()
    {
        double[][] rounds = [.. Rounds(200)];
        SensorKernel kernel = Introduced();
        for (int second = 0; second < rounds.Length; second++)
        {
            Add(rounds[second], second);
        }

        Process(kernel);
        batch.AddSensorLost(30, Recording.At(200));
        Process(kernel);

        // An outlier, a sensor that is heard from again, and an outlier behind it.
        batch.AddReading(20, Recording.At(200), Recording.At(200), 1e9);
        batch.AddReading(30, Recording.At(200), Recording.At(200), rounds[100][30]);
        batch.AddReading(25, Recording.At(200), Recording.At(200), 1e9);
        Process(kernel);

        Assert.Equal([(20, EventKind.Outlier), (30, EventKind.Recovered), (25, EventKind.Outlier)], output.Events.Select(told => (told.Sensor, told.Kind)));
    }

    [Fact]
    public void A_reading_allocates_nothing()
    {
        double[][] rounds = [.. Rounds(1000)];
        SensorKernel kernel = Introduced();
        int second = 0;
        for (; second < 500; second++)
        {
            Add(rounds[second], second);
            Process(kernel);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (; second < rounds.Length; second++)
        {
            Add(rounds[second], second);
            Process(kernel);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Of all kinds, from a thousandth to a thousand; noise in bursts, a sensor that is quantised and one that is nearly constant. No alarms.
    private static IEnumerable<double[]> Rounds(int count)
    {
        var random = new Random(11);
        for (int round = 0; round < count; round++)
        {
            double loud = round / 60 % 3 == 2 ? 1.4 : 1;
            yield return [.. Enumerable.Range(0, Sensors).Select(sensor => sensor switch
            {
                0 => Math.Round(Normal.Standard.Sample(random)),
                1 => 1e-290 * Normal.Standard.Sample(random),
                _ => (sensor - 20 + (sensor % 4 == 0 ? loud : 1) * Normal.Standard.Sample(random)) * Math.Pow(10, (sensor % 7) - 3),
            })];
        }
    }

    // All that is said and kept, with one reading a batch or all of them in one.
    private string Judged(double[][] rounds, bool oneByOne)
    {
        SensorKernel kernel = Introduced();
        var said = new System.Text.StringBuilder();
        for (int second = 0; second < rounds.Length; second++)
        {
            if (oneByOne)
            {
                for (int sensor = 0; sensor < Sensors; sensor++)
                {
                    batch.AddReading(sensor, Recording.At(second), Recording.At(second), rounds[second][sensor]);
                    Process(kernel, said);
                }
            }
            else
            {
                Add(rounds[second], second);
            }
        }

        Process(kernel, said);
        var writer = new SnapshotWriter();
        kernel.Save(writer);
        return said.Append(Convert.ToHexString(writer.Written)).ToString();
    }

    private SensorKernel Introduced()
    {
        (var kernel, sequence) = (new SensorKernel(new DetectionOptions { FalseAlarmsPerSensorPerDay = 1e-3 }), 0);
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            batch.AddSensor(sensor, $"sensor/{sensor}", Recording.Start);
        }

        Process(kernel);
        return kernel;
    }

    private void Add(double[] values, int second)
    {
        for (int sensor = 0; sensor < values.Length; sensor++)
        {
            batch.AddReading(sensor, Recording.At(second), Recording.At(second), values[sensor]);
        }
    }

    private void Process(SensorKernel kernel, System.Text.StringBuilder? said = null)
    {
        batch.FirstSequence = sequence;
        sequence += batch.Count;
        output.Clear();
        kernel.Process(batch, output);
        batch.Clear();
        if (said is null)
        {
            return;
        }

        foreach (ref readonly Judgement judgement in output.Judgements.Items)
        {
            said.Append(judgement).AppendLine();
        }
    }
}
