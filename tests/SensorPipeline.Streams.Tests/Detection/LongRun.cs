using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>Days of readings of one kind of noise through the sensor kernel, one a second and sensor, and its false alarms counted by kind.</summary>
internal static class LongRun
{
    /// <summary>Episodes by kind over all sensors together, those left out that began with an outlier put in on purpose.</summary>
    public static long[] Episodes(NoiseFamily family, double days, int sensors, int seed, double perDay = 1)
    {
        var kernel = new SensorKernel(new DetectionOptions { FalseAlarmsPerSensorPerDay = perDay });
        var batch = new InputBatch();
        var output = new SensorBatch();
        long contaminated = 0;
        Func<long, double>[] streams = [.. Enumerable.Range(0, sensors).Select(sensor => family.Start((seed * 1000) + sensor))];
        for (int sensor = 0; sensor < sensors; sensor++)
        {
            batch.AddSensor(sensor, $"sensor/{sensor}", Recording.Start);
        }

        for (long t = 0; t < days * 86_400; t++)
        {
            EventTime now = Recording.Start + TimeSpan.FromSeconds(t);
            for (int sensor = 0; sensor < sensors; sensor++)
            {
                batch.AddReading(sensor, now, now, streams[sensor](t));
            }

            if (batch.Count > 1000)
            {
                contaminated += Process(kernel, batch, output, family.Name == "contaminated");
            }
        }

        contaminated += Process(kernel, batch, output, family.Name == "contaminated");
        long[] episodes = [.. Enumerable.Range(0, EpisodeCounts.Kinds).Select(kind => Enumerable.Range(0, sensors).Sum(sensor => kernel.EpisodesOf(sensor).Of((EventKind)kind)))];
        episodes[(int)EventKind.Outlier] -= contaminated;
        return episodes;
    }

    // How many alarms began with a reading that its noise alone would hardly reach.
    private static long Process(SensorKernel kernel, InputBatch batch, SensorBatch output, bool isContaminated)
    {
        output.Clear();
        kernel.Process(batch, output);
        long next = batch.FirstSequence + batch.Count;
        batch.Clear();
        batch.FirstSequence = next;
        return !isContaminated ? 0 : output.Judgements.Items.ToArray().Count(judgement => judgement.IsOutlier && Math.Abs(judgement.Value) is > NoiseFamily.Contamination - 6 and < NoiseFamily.Contamination + 6);
    }
}
