using System.Diagnostics;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Batches from their receipt until they are durable, in order: how long that takes, and the spans that end with it. Added on the loop's thread,
/// ended on the committer's.
/// </summary>
internal sealed class Underway(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Queue<Entry> entries = new();
    private long lag = -1;

    /// <summary>Time from receipt to durable result of the oldest batch that ended last; null before the first.</summary>
    public TimeSpan? Lag => Interlocked.Read(ref lag) is >= 0 and var ticks ? new TimeSpan(ticks) : null;

    /// <summary>A batch received at a timestamp of the clock is durable once everything before <paramref name="sequence"/> is.</summary>
    public void Add(long sequence, long received, Activity? span)
    {
        lock (gate)
        {
            entries.Enqueue(new Entry(sequence, received, span));
        }
    }

    /// <summary>Everything before <paramref name="committed"/> is durable.</summary>
    public void End(long committed)
    {
        lock (gate)
        {
            if (!entries.TryPeek(out Entry oldest) || oldest.Sequence > committed)
            {
                return;
            }

            Interlocked.Exchange(ref lag, clock.GetElapsedTime(oldest.Received).Ticks);
            while (entries.TryPeek(out Entry ended) && ended.Sequence <= committed)
            {
                ended.Span?.Dispose();
                entries.Dequeue();
            }
        }
    }

    private readonly record struct Entry(long Sequence, long Received, Activity? Span);
}
