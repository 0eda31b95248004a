using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests;

/// <summary>Waits for a condition that nothing announces, as long as other work is going on.</summary>
public static class Eventually
{
    public static async Task BecomesTrue(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"never came: {what}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Moves the clock on, step by step, until something has happened: when exactly does not matter to the test.</summary>
    public static async Task<T> Advance<T>(ManualClock clock, TimeSpan step, Task<T> until)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!until.IsCompleted)
        {
            clock.Advance(step);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return await until;
    }
}
