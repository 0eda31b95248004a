using System.Threading.Tasks.Sources;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Wakes one waiter; setting it while nobody waits lets the next wait return at once. Allocates nothing.</summary>
internal sealed class Signal : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int Waiting = 2;

    // The waiter must not run on the stack of whoever sets the signal: that may hold a lock or be the read loop.
    private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
    private int state;

    public void Set()
    {
        if (Interlocked.CompareExchange(ref state, IsSet, Idle) == Waiting
            && Interlocked.CompareExchange(ref state, Idle, Waiting) == Waiting)
        {
            core.SetResult(true);
        }
    }

    public ValueTask WaitAsync()
    {
        core.Reset();
        if (Interlocked.CompareExchange(ref state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, core.Version);
        }

        Volatile.Write(ref state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
