namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>Runs whatever goes on after a wait on the caller's thread, in the order in which it became due: with it a client is a function of its inputs.</summary>
internal sealed class SingleThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> due = new();

    public override void Post(SendOrPostCallback d, object? state) => due.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Does something, and all that follows from it.</summary>
    public void Run(Action action)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (due.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
