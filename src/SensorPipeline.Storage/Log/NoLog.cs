using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary><see cref="Durability.None"/>: gives inputs their sequence and keeps nothing.</summary>
public sealed class NoLog(long nextSequence = 0) : IInputLog
{
    /// <inheritdoc/>
    public long NextSequence { get; private set; } = nextSequence;

    /// <inheritdoc/>
    public void Append(InputBatch batch)
    {
        batch.FirstSequence = NextSequence;
        NextSequence += batch.Count;
    }

    /// <inheritdoc/>
    public void Commit()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<InputBatch> ReadFrom(long sequence) => [];

    /// <inheritdoc/>
    public void Truncate(long before)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
