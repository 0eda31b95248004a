using BenchmarkDotNet.Attributes;
using SensorPipeline.Benchmarks.Statistics;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Tails;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>
/// A reading through the whole sensor kernel at 2,000 sensors, beside the least that a statistic of a sensor costs: moments, robust location and scale, and how far out
/// the reading is under the stream's own tail. Nanoseconds a reading, the filling of the batch in all; and the first 400 readings of new sensors, with the first fits of their tails.
/// </summary>
public class SensorKernelBenchmark
{
    private const int Sensors = 2000;
    private const int Rounds = 5;
    private const int Readings = Sensors * Rounds;
    private const int NewSensorCount = 100;
    private const int NewReadings = 400 * NewSensorCount;

    private readonly double[] noise = Data.Normal(1 << 16, mean: 20, deviation: 0.5);
    private readonly Estimators[] estimators = [.. Enumerable.Repeat(Estimators.New, Sensors)];
    private readonly SensorKernel kernel = new(new DetectionOptions());
    private readonly SensorBatch output = new();
    private readonly InputBatch batch = new();
    private long sequence = Sensors;
    private long second;
    private int at;

    [GlobalSetup]
    public void IntroduceAndWarmUp()
    {
        Introduce(Sensors);
        kernel.Process(batch, output);
        for (int i = 0; i < 200; i++)
        {
            WholeKernel();
            EstimatorsAlone();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Readings)]
    public double EstimatorsAlone()
    {
        Fill();
        double least = 0;
        foreach (ref readonly Input reading in batch.Inputs)
        {
            least = Math.Min(least, estimators[reading.Sensor].Observe(reading.Value));
        }

        return least;
    }

    [Benchmark(OperationsPerInvoke = Readings)]
    public int WholeKernel()
    {
        Fill();
        output.Clear();
        kernel.Process(batch, output);
        return output.Judgements.Count;
    }

    [Benchmark(OperationsPerInvoke = NewReadings)]
    public int NewSensors()
    {
        var fresh = new SensorKernel(new DetectionOptions());
        Introduce(NewSensorCount);
        fresh.Process(batch, output);
        for (int readings = 0; readings < NewReadings; readings += Readings)
        {
            Fill(NewSensorCount);
            output.Clear();
            fresh.Process(batch, output);
        }

        return output.Judgements.Count;
    }

    private void Introduce(int sensors)
    {
        batch.Clear();
        for (int sensor = 0; sensor < sensors; sensor++)
        {
            batch.AddSensor(sensor, $"sensor/{sensor}", default);
        }
    }

    private void Fill(int sensors = Sensors)
    {
        batch.Clear();
        batch.FirstSequence = sequence;
        for (int round = 0; round < Readings / sensors; round++)
        {
            EventTime now = new EventTime(0) + TimeSpan.FromSeconds(++second);
            for (int sensor = 0; sensor < sensors; sensor++)
            {
                batch.AddReading(sensor, now, now, noise[at++ & (noise.Length - 1)]);
            }
        }

        sequence += Readings;
    }

    private struct Estimators
    {
        private Moments moments;
        private StudentTLocation location;
        private TailLaw tail;

        public static Estimators New => new() { location = StudentTLocation.Start(20, 0.5, degreesOfFreedom: 8, weight: 1), tail = TailLaw.New };

        // ln of the probability that a reading lies as far out.
        public double Observe(double x)
        {
            double deviation = Math.Abs(location.StandardScore(x)), log = tail.LogSurvival(deviation, isCoarse: false);
            tail.Observe(deviation);
            moments = moments.Observe(x);
            location = location.Retain(1 - (2.0 / 500)).Observe(x);
            return log;
        }
    }
}
