using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Benchmarks.Formats;

/// <summary>One field of a JSON object of 75 bytes, from the topic's bytes to the reading in its batch, beside the framework's document model and reader on the payload alone. Nanoseconds a message.</summary>
public class JsonDecodingBenchmark
{
    private readonly Fleet fleet = new(
        new SourceOptions { Topic = "plant/{line}/env", Format = "json", Path = "/temperature" },
        i => $"plant/line{i}/env",
        i => Encoding.UTF8.GetBytes($$"""{"battery":97,"humidity":44.72,"linkquality":120,"temperature":{{Fleet.Reading(i)}},"v":3}"""));

    [Benchmark(Baseline = true, OperationsPerInvoke = Fleet.Topics)]
    public double DocumentModel()
    {
        double sum = 0;
        for (int i = 0; i < Fleet.Topics; i++)
        {
            var reader = new Utf8JsonReader(fleet.PayloadOf(i));
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            sum += document.RootElement.GetProperty("temperature"u8).GetDouble();
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Fleet.Topics)]
    public double ReaderAlone()
    {
        double sum = 0;
        for (int i = 0; i < Fleet.Topics; i++)
        {
            var reader = new Utf8JsonReader(fleet.PayloadOf(i));
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("temperature"u8))
                {
                    reader.Read();
                    sum += reader.GetDouble();
                }
            }
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Fleet.Topics)]
    public int Decoder() => fleet.Decode();
}
