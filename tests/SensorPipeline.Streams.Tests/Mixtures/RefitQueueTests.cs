using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Mixtures;
using Xunit;

namespace SensorPipeline.Streams.Tests.Mixtures;

public class RefitQueueTests
{
    [Fact]
    public void The_refit_that_takes_effect_first_has_its_turn_first()
    {
        var queue = new RefitQueue();
        using var gate = new ManualResetEventSlim();
        List<int> turns = [];
        Task<RefittedMixture?> Start(int due) => queue.Start(new EventTime(due), () =>
        {
            gate.Wait();
            turns.Add(due);
            return null;
        });
        Task<RefittedMixture?>[] refits = [Start(40), Start(30), Start(10), Start(20)];
        gate.Set();
        Array.ForEach(refits, refit => queue.Await(refit));
        // One of them may have begun before the others were asked for.
        Assert.Equal(4, turns.Count);
        Assert.Equal(turns[1..].Order(), turns[1..]);
    }

    [Fact]
    public async Task A_refit_that_is_not_ready_is_waited_for_and_counted()
    {
        var queue = new RefitQueue();
        using var gate = new ManualResetEventSlim();
        Task<RefittedMixture?> refit = queue.Start(new EventTime(1), () =>
        {
            gate.Wait();
            return null;
        });
        Task<RefittedMixture?> waiting = Task.Run(() => queue.Await(refit));
        SpinWait.SpinUntil(() => queue.Late == 1);
        Assert.False(waiting.IsCompleted);
        gate.Set();
        await waiting;
        queue.Await(refit);
        Assert.Equal(1, queue.Late);
    }
}
