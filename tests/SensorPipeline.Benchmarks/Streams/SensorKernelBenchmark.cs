using BenchmarkDotNet.Attributes;
using SensorPipeline.Benchmarks.Statistics;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>A reading through the whole sensor kernel at 2,000 sensors, beside its detector alone; nanoseconds a reading, the filling of the batch in both.</summary>
public class SensorKernelBenchmark
{
    private const int Sensors = 2000;
    private const int Rounds = 5;
    private const int Readings = Sensors * Rounds;

    private readonly double[] noise = Data.Normal(1 << 16, mean: 20, deviation: 0.5);
    private readonly Detector[] detectors = [.. Enumerable.Repeat(Detector.New, Sensors)];
    private readonly SensorKernel kernel = new(new DetectionOptions());
    private readonly SensorBatch output = new();
    private readonly InputBatch batch = new();
    private long sequence = Sensors;
    private long second;
    private int at;

    [GlobalSetup]
    public void IntroduceAndWarmUp()
    {
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            batch.AddSensor(sensor, $"sensor/{sensor}", default);
        }

        kernel.Process(batch, output);
        for (int i = 0; i < 200; i++)
        {
            WholeKernel();
            DetectorAlone();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Readings)]
    public double DetectorAlone()
    {
        Fill();
        double least = 1;
        foreach (ref readonly Input reading in batch.Inputs)
        {
            ref Detector detector = ref detectors[reading.Sensor];
            Score score = detector.Judge(reading.Value, 0, out Forecast forecast);
            detector.Observe(reading.Value, 1, 500, 0, forecast);
            least = Math.Min(least, score.TailProbability);
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

    private void Fill()
    {
        batch.Clear();
        batch.FirstSequence = sequence;
        for (int round = 0; round < Rounds; round++)
        {
            EventTime now = new EventTime(0) + TimeSpan.FromSeconds(++second);
            for (int sensor = 0; sensor < Sensors; sensor++)
            {
                batch.AddReading(sensor, now, now, noise[at++ & (noise.Length - 1)]);
            }
        }

        sequence += Readings;
    }
}
