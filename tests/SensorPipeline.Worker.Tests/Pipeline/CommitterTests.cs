using SensorPipeline.Mqtt;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Pipeline;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

public class CommitterTests
{
    [Fact]
    public async Task What_was_posted_before_the_stop_is_committed_and_acknowledged()
    {
        var log = new HeldLog();
        var transport = new Acknowledged();
        using var committer = new Committer(log, transport, TimeProvider.System);
        Task running = committer.RunAsync();
        committer.Post(log.AppendOne(), new Receipt(1, 1));
        await log.Committing.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        // Both come while it is at the first one.
        committer.Post(log.AppendOne(), new Receipt(1, 2));
        committer.Stop();
        log.Go.SetResult();
        await running;

        Assert.Equal(2, committer.Committed);
        Assert.Equal(new Receipt(1, 2), transport.Last);
    }

    [Fact]
    public async Task A_receipt_without_inputs_posted_before_the_stop_is_acknowledged()
    {
        var transport = new Acknowledged();
        using var committer = new Committer(new NoLog(), transport, TimeProvider.System);
        committer.Post(0, new Receipt(1, 7));
        committer.Stop();
        await committer.RunAsync();

        Assert.Equal(new Receipt(1, 7), transport.Last);
    }

    [Fact]
    public async Task Whatever_ends_it_is_known_to_who_waits_for_commits()
    {
        var log = new HeldLog { Fault = new InvalidOperationException("a fault of the program") };
        log.Go.SetResult();
        using var committer = new Committer(log, new Acknowledged(), TimeProvider.System);
        Task attempt = committer.NextAsync();
        Task running = committer.RunAsync();
        committer.Post(log.AppendOne(), null);

        await attempt.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Throws<InvalidOperationException>(committer.ThrowIfFailed);
    }

    /// <summary>A log whose commits wait until they may go on, or fail.</summary>
    private sealed class HeldLog : IInputLog
    {
        public TaskCompletionSource Committing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new();

        public Exception? Fault { get; init; }

        public long NextSequence { get; private set; }

        public long AppendOne() => ++NextSequence;

        public void Append(InputBatch batch) => throw new NotSupportedException();

        public void Commit()
        {
            Committing.TrySetResult();
            Go.Task.GetAwaiter().GetResult();
            if (Fault is not null)
            {
                throw Fault;
            }
        }

        public IEnumerable<InputBatch> ReadFrom(long sequence) => [];

        public void Truncate(long before)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A transport that only remembers what was acknowledged last.</summary>
    private sealed class Acknowledged : IMqttTransport
    {
        public Receipt Last { get; private set; }

        public MqttTransportStatus Status => new();

        public Task RunAsync(IMqttReceiver receiver, CancellationToken cancel) => Task.CompletedTask;

        public void Acknowledge(Receipt receipt) => Last = receipt;

        public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain) => true;

        public bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain) => true;

        public void Subscribe(IReadOnlyList<MqttSubscription> subscriptions)
        {
        }

        public Task FlushAsync(CancellationToken cancel) => Task.CompletedTask;

        public ValueTask DisposeAsync() => default;
    }
}
