namespace SensorPipeline.Streams.Graph;

/// <summary>Items that travel through the graph together and are reused afterwards: valid until the producer's next batch.</summary>
public interface IBatch
{
    /// <summary>Empties the batch and keeps its memory.</summary>
    void Clear();
}
