using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>What was promised beside what was kept, over all sensors and their whole lives.</summary>
internal static class Audit
{
    private const int MostSensors = 16;

    /// <summary>Draws it up; costs a pass over the sensors.</summary>
    public static AuditReport Of(SensorGraph graph, EventTime now)
    {
        DetectionOptions options = graph.Options.Detection;
        var budget = new Budget(options);
        double days = 0;
        Span<long> episodes = stackalloc long[EpisodeCounts.Kinds];
        var above = new List<AuditedSensor>();
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            EpisodeCounts counts = graph.Sensors.EpisodesOf(sensor);
            var realised = new RealisedRate(counts.Total, graph.Sensors.ObservedDaysOf(sensor));
            days += realised.SensorDays;
            for (int kind = 0; kind < episodes.Length; kind++)
            {
                episodes[kind] += counts.Of((EventKind)kind);
            }

            // The interval is worked out only where it can matter.
            if (realised.Value > options.FalseAlarmsPerSensorPerDay && realised.Lower > options.FalseAlarmsPerSensorPerDay)
            {
                above.Add(new AuditedSensor(graph.Names[sensor], realised));
            }
        }

        var kinds = new AuditedKind[episodes.Length];
        long total = 0;
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            kinds[kind] = new AuditedKind((EventKind)kind, budget.PerDay((EventKind)kind), new RealisedRate(episodes[kind], days));
            total += episodes[kind];
        }

        GroupCoverage[] groups = [.. graph.Groups.Groups.Select(group => CoverageOf(graph, group)).Where(group => group.Frames > 0)];
        long frames = groups.Sum(group => group.Frames);
        return new AuditReport
        {
            Time = now,
            Budget = options.FalseAlarmsPerSensorPerDay,
            FalseDiscoveryRate = options.FalseDiscoveryRate ?? double.NaN,
            Realised = new RealisedRate(total, days),
            Kinds = kinds,
            SensorsAbove = above.Count,
            Worst = [.. above.OrderByDescending(sensor => sensor.Realised.Value).Take(MostSensors)],
            NormalisedInnovationCoverage = frames > 0 ? groups.Sum(group => group.Coverage * group.Frames) / frames : double.NaN,
            Groups = groups,
            Deduplication = graph.Sensors.Deduplication,
            Duplicates = graph.Sensors.Repeated,
        };
    }

    private static GroupCoverage CoverageOf(SensorGraph graph, Group group)
    {
        (long inside, long frames) = graph.Fusion.CoverageOf(group.Index);
        return new GroupCoverage(group.Name, frames > 0 ? (double)inside / frames : double.NaN, frames);
    }
}
