namespace SensorPipeline.Testing;

/// <summary>What work that is done again and again allocates.</summary>
public static class Allocation
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes the work allocates on this thread whenever it runs: the least of several runs. What the runtime sets up once, while it compiles the work anew or fills a table of its own, is in one run only.
    /// </summary>
    /// <param name="work">Does as much each time.</param>
    public static long OfEveryRun(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
