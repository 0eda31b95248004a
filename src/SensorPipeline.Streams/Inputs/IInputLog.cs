namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// The sequence of everything that ever changed the graph. A batch is appended before the graph sees it; what it came from is
/// acknowledged once <see cref="Commit"/> has returned.
/// </summary>
public interface IInputLog : IDisposable
{
    /// <summary>The sequence number the next input will get.</summary>
    long NextSequence { get; }

    /// <summary>Appends a batch and assigns its <see cref="InputBatch.FirstSequence"/>.</summary>
    void Append(InputBatch batch);

    /// <summary>Makes every appended batch as durable as this log promises.</summary>
    void Commit();

    /// <summary>Reads the logged inputs from a sequence number on, in batches that are valid until the next is asked for.</summary>
    IEnumerable<InputBatch> ReadFrom(long sequence);

    /// <summary>Allows the log to forget inputs before a sequence number.</summary>
    void Truncate(long before);
}
