namespace SensorPipeline.Streams.Graph;

/// <summary>
/// A stage of the graph: plain synchronous code over a batch, with state between batches. Where a stream is cut into batches
/// must not show in the output.
/// </summary>
public interface IKernel<in TIn, in TOut>
{
    /// <summary>Consumes <paramref name="input"/> and appends what follows from it to <paramref name="output"/>.</summary>
    void Process(TIn input, TOut output);
}
