using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

/// <summary>What a person reads of an event.</summary>
public class ReasonTests
{
    [Theory]
    [InlineData("°C", @"^29 °C is outside [\d.]+–[\d.]+ °C; a reading this far out is expected once in ")]
    [InlineData(null, @"^29 is outside [\d.]+–[\d.]+; a reading this far out is expected once in ")]
    public void An_outliers_reason_gives_the_sensors_unit(string? unit, string pattern) => Assert.Matches(pattern, Outlier(unit).Reason);

    [Fact]
    public void A_drifts_reason_says_for_how_long_and_from_where_to_where()
    {
        var random = new Random(5);
        var kernel = new SensorKernel(new DetectionOptions());
        var batch = new SensorBatch();
        var inputs = new InputBatch();
        inputs.AddSensor(0, "a", Recording.At(0), "bar");
        double level = 20;
        for (int t = 0; t < 40_000; t++)
        {
            level += t < 20_000 ? 0 : 0.002;
            double noise = (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            inputs.AddReading(0, Recording.At(t), Recording.At(t), level + noise);
        }

        kernel.Process(inputs, batch);
        StreamEvent drift = batch.Events.First(happened => happened.Kind == EventKind.Drift);
        Assert.Matches(@"^The level has moved steadily for [\d.]+ (s|min|h|days), from [\d.]+ bar to [\d.]+ bar\.$", drift.Reason);
    }

    // Through a copy of the batch and a restart, as in the service.
    private static StreamEvent Outlier(string? unit)
    {
        var random = new Random(4);
        var inputs = new InputBatch();
        inputs.AddSensor(0, "a", Recording.At(0), unit);
        for (int t = 0; t < 1000; t++)
        {
            inputs.AddReading(0, Recording.At(t), Recording.At(t), 20 + random.NextDouble());
        }

        inputs.AddReading(0, Recording.At(1000), Recording.At(1000), 29);
        var first = new InputBatch();
        first.Append(inputs, 0, 900);
        var rest = new InputBatch { FirstSequence = 900 };
        rest.Append(inputs, 900, inputs.Count - 900);

        SensorKernel before = new(new DetectionOptions()), after = new(new DetectionOptions());
        var batch = new SensorBatch();
        before.Process(first, batch);
        var writer = new SnapshotWriter();
        before.Save(writer);
        var reader = new SnapshotReader(writer.Written);
        after.Load(ref reader);
        batch.Clear();
        after.Process(rest, batch);
        return Assert.Single(batch.Events, happened => happened.Kind == EventKind.Outlier);
    }
}
