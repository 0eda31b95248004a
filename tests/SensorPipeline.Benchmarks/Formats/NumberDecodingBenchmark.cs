using System.Buffers.Text;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Benchmarks.Formats;

/// <summary>A payload that is one number, from the topic's bytes to the reading in its batch, beside the framework's parser alone. Nanoseconds a message.</summary>
public class NumberDecodingBenchmark
{
    private readonly Fleet fleet = new(new SourceOptions { Topic = "plant/{line}/temperature" }, i => $"plant/line{i}/temperature", i => Encoding.UTF8.GetBytes(Fleet.Reading(i)));

    [Benchmark(Baseline = true, OperationsPerInvoke = Fleet.Topics)]
    public double ParserAlone()
    {
        double sum = 0;
        for (int i = 0; i < Fleet.Topics; i++)
        {
            sum += Utf8Parser.TryParse(fleet.PayloadOf(i), out double value, out _) ? value : 0;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Fleet.Topics)]
    public int Decoder() => fleet.Decode();
}
