using SensorPipeline.Formats.Results;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>What was promised beside what was kept, over all sensors and their whole lives.</summary>
internal static class Audit
{
    private const double OutsideInterval = 0.05;

    /// <summary>
    /// The realised rate is episodes a sensor-day; real anomalies count too, so on a fleet in order it is a rate of false alarms. Its 95 % interval
    /// is the exact one of a Poisson count k: ½χ²(2k) to ½χ²(2k + 2).
    /// </summary>
    public static AuditReport Of(SensorGraph graph, EventTime now)
    {
        double days = 0;
        long episodes = 0;
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            days += graph.Sensors.ObservedDaysOf(sensor);
            episodes += graph.Sensors.EpisodesOf(sensor);
        }

        GroupCoverage[] groups = [.. graph.Groups.Groups.Select(group => CoverageOf(graph, group)).Where(group => group.Frames > 0)];
        long frames = groups.Sum(group => group.Frames);
        return new AuditReport
        {
            Time = now,
            Budget = graph.Options.Detection.FalseAlarmsPerSensorPerDay,
            Realised = days > 0 ? episodes / days : double.NaN,
            RealisedLower = episodes > 0 && days > 0 ? new ChiSquared(2.0 * episodes).Quantile(OutsideInterval / 2) / 2 / days : days > 0 ? 0 : double.NaN,
            RealisedUpper = days > 0 ? new ChiSquared((2.0 * episodes) + 2).InverseSurvivalProbability(OutsideInterval / 2) / 2 / days : double.NaN,
            SensorDays = days,
            Episodes = episodes,
            NormalisedInnovationCoverage = frames > 0 ? groups.Sum(group => group.Coverage * group.Frames) / frames : double.NaN,
            Groups = groups,
            Deduplication = "packetIdentifier",
            Duplicates = graph.Sensors.Repeated,
        };
    }

    private static GroupCoverage CoverageOf(SensorGraph graph, Group group)
    {
        (long inside, long frames) = graph.Fusion.CoverageOf(group.Index);
        return new GroupCoverage(group.Name, frames > 0 ? (double)inside / frames : double.NaN, frames);
    }
}
