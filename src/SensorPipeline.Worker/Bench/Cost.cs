namespace SensorPipeline.Worker.Bench;

/// <summary>What a stretch of work cost this process.</summary>
/// <param name="Messages">How many messages were counted in it.</param>
/// <param name="Elapsed">How long it lasted.</param>
/// <param name="Processor">User and system time of all threads.</param>
/// <param name="Allocated">Bytes allocated by all threads.</param>
internal readonly record struct Cost(long Messages, TimeSpan Elapsed, TimeSpan Processor, long Allocated)
{
    public double PerSecond => Messages / Elapsed.TotalSeconds;

    public double NanosecondsEach => Processor.TotalNanoseconds / Messages;

    public double BytesEach => (double)Allocated / Messages;
}
