namespace SensorPipeline.Worker.Bench;

/// <summary>Reads counters at two moments, so that start and compilation stay out.</summary>
internal sealed class Meter(TimeProvider clock, Func<long> count)
{
    private long messages;
    private long since;
    private TimeSpan processor;
    private long allocated;

    public void Begin() => (messages, since, processor, allocated) = (count(), clock.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());

    public Cost End() => new(count() - messages, clock.GetElapsedTime(since), Environment.CpuUsage.TotalTime - processor, GC.GetTotalAllocatedBytes() - allocated);
}
