using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

public class SensorStateTests
{
    private const int Most = 1128;

    [Fact]
    public void A_sensor_takes_no_more_room_than_it_did() => Assert.InRange(SnapshotLength(sensors: 101) - SnapshotLength(sensors: 100), 1, Most + Name(0).Length + (4 * sizeof(int)));

    private static int SnapshotLength(int sensors)
    {
        var writer = new SnapshotWriter();
        Introduce(sensors).Save(writer);
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
