using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Benchmarks.Formats;

/// <summary>
/// A Sparkplug message with ten metrics by alias, from the topic's bytes to the readings in their batch, beside the types that Google's compiler generates, on the payload alone and with a
/// look-up of each alias. Nanoseconds a metric.
/// </summary>
public class SparkplugDecodingBenchmark
{
    private const int Metrics = 10;

    private readonly Fleet fleet = new(new SourceOptions { Preset = "sparkplug" }, i => $"spBv1.0/plant/NDATA/edge{i}", DataOf);
    private readonly Dictionary<ulong, int> aliases = Enumerable.Range(0, Metrics).ToDictionary(metric => (ulong)metric, metric => metric);

    [GlobalSetup]
    public void Introduce()
    {
        var birth = new SparkplugPayload { Timestamp = 1_799_999_000_000, Seq = 0 };
        for (int metric = 0; metric < Metrics; metric++)
        {
            birth.Metrics.Add(new SparkplugMetric { Name = $"boiler/{metric}", Alias = (ulong)metric, Datatype = 9, FloatValue = 0 });
        }

        fleet.Introduce(i => $"spBv1.0/plant/NBIRTH/edge{i}", birth.ToByteArray());
        if (fleet.Decode() != Fleet.Topics * Metrics)
        {
            throw new InvalidOperationException("not every metric became a reading");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Fleet.Topics * Metrics)]
    public double GeneratedTypes()
    {
        double sum = 0;
        for (int i = 0; i < Fleet.Topics; i++)
        {
            foreach (SparkplugMetric metric in SparkplugPayload.Parser.ParseFrom(fleet.PayloadOf(i)).Metrics)
            {
                sum += aliases.ContainsKey(metric.Alias) ? metric.FloatValue : 0;
            }
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Fleet.Topics * Metrics)]
    public int Decoder() => fleet.Decode();

    private static byte[] DataOf(int i)
    {
        var data = new SparkplugPayload { Timestamp = 1_800_000_000_000 };
        for (int metric = 0; metric < Metrics; metric++)
        {
            data.Metrics.Add(new SparkplugMetric { Alias = (ulong)metric, Timestamp = 1_800_000_000_000, FloatValue = i + metric });
        }

        return data.ToByteArray();
    }
}
