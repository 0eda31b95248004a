using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

public class SensorStateTests
{
    private const int Most = 1024;
    private const int Record = 60;

    [Fact]
    public void What_is_kept_of_a_sensor_is_a_kilobyte() => Assert.InRange(SensorState.Size, 1, Most);

    [Fact]
    public void A_sensor_takes_no_more_room_than_a_kilobyte() => Assert.InRange(SnapshotLength(sensors: 101) - SnapshotLength(sensors: 100), 1, Most + Name(0).Length + (4 * sizeof(int)));

    [Fact]
    public void A_sensor_that_has_alarmed_takes_a_record_more()
    {
        SensorKernel kernel = Introduce(100);
        int before = SnapshotLength(kernel);
        var batch = new InputBatch();
        batch.AddReading(7, Recording.Start, Recording.Start, 1);
        batch.AddSensorLost(7, Recording.At(1));
        kernel.Process(batch, new SensorBatch());

        Assert.Equal(1, kernel.EpisodesOf(7).Total);
        Assert.InRange(SnapshotLength(kernel) - before, 1, Record);
    }

    [Fact]
    public void What_a_sensor_has_alarmed_by_comes_back_from_a_snapshot()
    {
        SensorKernel kernel = Introduce(3), restored = new(new DetectionOptions());
        var batch = new InputBatch();
        batch.AddReading(2, Recording.Start, Recording.Start, 1);
        batch.AddSensorLost(2, Recording.At(1));
        kernel.Process(batch, new SensorBatch());
        var writer = new SnapshotWriter();
        kernel.Save(writer);
        var reader = new SnapshotReader(writer.Written);
        restored.Load(ref reader);

        Assert.True(reader.IsAtEnd);
        Assert.Equal([0L, 0L, 1L], Enumerable.Range(0, 3).Select(sensor => restored.EpisodesOf(sensor).Of(EventKind.Silent)));
    }

    private static int SnapshotLength(int sensors) => SnapshotLength(Introduce(sensors));

    private static int SnapshotLength(SensorKernel kernel)
    {
        var writer = new SnapshotWriter();
        kernel.Save(writer);
        return writer.Written.Length;
    }

    private static SensorKernel Introduce(int sensors)
    {
        var kernel = new SensorKernel(new DetectionOptions());
        var batch = new InputBatch();
        for (int sensor = 0; sensor < sensors; sensor++)
        {
            batch.AddSensor(sensor, Name(sensor), Recording.Start);
        }

        kernel.Process(batch, new SensorBatch());
        return kernel;
    }

    private static string Name(int sensor) => $"sensor/{sensor:D4}";
}
