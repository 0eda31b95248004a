namespace SensorPipeline.Formats.Tests;

/// <summary>What work allocates once its memory has grown.</summary>
internal static class SteadyState
{
    private const int Rounds = 20;
    private const int Calls = 1000;

    /// <summary>The least number of bytes that a thousand calls allocated, over up to twenty rounds.</summary>
    public static long BytesAllocatedBy(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                work();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
