using System.Threading.Tasks.Sources;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Wakes one waiter; setting it while nobody waits lets the next wait return at once. Allocates nothing.</summary>
internal sealed class Signal : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> core;
    private int state;

    /// <summary>
    /// Sets it. The waiter goes on elsewhere, for the caller may hold a lock; with <paramref name="here"/> on the caller's stack, until it
    /// has to wait for something, which saves waking another thread.
    /// </summary>
    public void Set(bool here = false)
    {
        if (Interlocked.CompareExchange(ref state, IsSet, Idle) == Waiting
            && Interlocked.CompareExchange(ref state, Idle, Waiting) == Waiting)
        {
            core.RunContinuationsAsynchronously = !here;
            core.SetResult(here);
        }
    }

    /// <summary>Waits; true when whoever set it lends its stack.</summary>
    public ValueTask<bool> WaitAsync()
    {
        core.Reset();
        if (Interlocked.CompareExchange(ref state, Waiting, Idle) == Idle)
        {
            return new ValueTask<bool>(this, core.Version);
        }

        Volatile.Write(ref state, Idle);
        return ValueTask.FromResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
