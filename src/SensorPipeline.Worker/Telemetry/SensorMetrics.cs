using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>
/// <c>/metrics/sensors</c>: sensors and fused groups by name, for who wants them in Prometheus. Apart from the service's own metrics, capped,
/// and never of a sensor that is silent, so that its series end.
/// </summary>
internal sealed class SensorMetrics(IDashboardSource source, int most)
{
    /// <summary>The latest of at most so many sensors and groups, as text.</summary>
    public async ValueTask<byte[]> WriteAsync(PrometheusFormat format, CancellationToken cancel)
    {
        await source.LookAsync(cancel);
        var sensors = new List<SensorSummary>();
        source.CopySensors(sensors);
        SensorSummary[] shown = [.. sensors.Take(most).Where(sensor => sensor.Quality != Quality.Stale)];
        GroupState[] groups = [.. source.Groups.Where(group => group.Latest is not null).Take(most)];
        var text = new PrometheusText(format);
        Write(text, shown);
        Write(text, groups);
        text.WriteGauge("sensorpipeline_sensor_omitted", "Sensors beyond the cap, which are not told of.", "of", [("all", Math.Max(0, sensors.Count - most))]);
        return text.ToUtf8();
    }

    private static void Write(PrometheusText text, SensorSummary[] sensors)
    {
        void Gauge(string name, string help, Func<SensorSummary, double> value) =>
            text.WriteGauge($"sensorpipeline_sensor_{name}", help, "sensor", sensors.Select(sensor => (sensor.Sensor, value(sensor))));

        Gauge("value", "Latest reading, in the sensor's unit.", sensor => sensor.Value);
        Gauge("mean", "Running mean, in the sensor's unit.", sensor => sensor.Mean);
        Gauge("standard_deviation", "Running standard deviation, in the sensor's unit.", sensor => sensor.StandardDeviation);
        Gauge("lower", "Readings below this would be flagged, in the sensor's unit.", sensor => sensor.Lower);
        Gauge("upper", "Readings above this would be flagged, in the sensor's unit.", sensor => sensor.Upper);
        Gauge("severity", "Minus the logarithm to base ten of the latest reading's tail probability.", sensor => -Math.Log10(Math.Max(sensor.TailProbability, 1e-300)));
        Gauge("readings", "Readings accepted since the sensor was first seen, across restarts.", sensor => sensor.Count);
        Gauge("time_seconds", "Event time of the latest reading, in seconds since 1970.", sensor => (sensor.Time.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond);
    }

    private static void Write(PrometheusText text, GroupState[] groups)
    {
        void Gauge(string name, string help, Func<FusedEstimate, double> value) =>
            text.WriteGauge($"sensorpipeline_group_{name}", help, "group", groups.Select(group => (group.Name, value(group.Latest!.Value))));

        Gauge("mean", "Fused estimate, in the members' unit.", estimate => estimate.Mean);
        Gauge("standard_deviation", "Standard deviation of the fused estimate, in the members' unit.", estimate => Math.Sqrt(estimate.Variance));
        Gauge("members", "Members the estimate rests on.", estimate => estimate.Members);
        Gauge("gated", "Members left out because they contradict the others.", estimate => estimate.Gated);
        Gauge("coverage", "Share of recent innovations inside their 95 % band.", estimate => estimate.Coverage);
    }
}
