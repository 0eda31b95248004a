using SensorPipeline.Streams.Inputs;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>Every input that a log was ever given, less what the log turned out to have lost: what a life without interruption would have seen.</summary>
internal sealed class InputRecord
{
    private readonly List<InputBatch> batches = [];

    public IReadOnlyList<InputBatch> Batches => batches;

    public long NextSequence => batches.Count == 0 ? 0 : batches[^1].FirstSequence + batches[^1].Count;

    /// <summary>A log that goes on with the record.</summary>
    public IInputLog Over(IInputLog log) => new Recorded(this, log);

    public void Add(InputBatch batch)
    {
        var copy = new InputBatch { FirstSequence = batch.FirstSequence };
        copy.Append(batch, 0, batch.Count);
        batches.Add(copy);
    }

    /// <summary>What was not recovered never was. The options, which a process writes down by itself, may be there where the process was interrupted.</summary>
    public void Cut(long next, string options)
    {
        batches.RemoveAll(batch => batch.FirstSequence >= next);
        if (NextSequence == next - 1)
        {
            var remembered = new InputBatch { FirstSequence = NextSequence };
            remembered.AddOptions(options, EventTime.None);
            batches.Add(remembered);
        }

        Assert.Equal(next, NextSequence);
    }

    private sealed class Recorded(InputRecord record, IInputLog log) : IInputLog
    {
        public long NextSequence => log.NextSequence;

        public void Append(InputBatch batch)
        {
            log.Append(batch);
            record.Add(batch);
        }

        public void Commit() => log.Commit();

        public IEnumerable<InputBatch> ReadFrom(long sequence) => log.ReadFrom(sequence);

        public void Truncate(long before) => log.Truncate(before);

        public void Dispose() => log.Dispose();
    }
}
