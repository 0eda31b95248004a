using System.Reactive.Linq;

namespace SensorPipeline.Streams.Graph;

/// <summary>Lifts kernels into Rx, batch by batch.</summary>
public static class KernelOperators
{
    /// <summary>
    /// Runs a kernel over each batch. There is exactly one output batch for each input batch, empty where nothing follows, so streams of
    /// one graph stay aligned. The output batch is reused: it is valid during <c>OnNext</c>.
    /// </summary>
    public static IObservable<TOut> Through<TIn, TOut>(this IObservable<TIn> source, IKernel<TIn, TOut> kernel)
        where TOut : IBatch, new()
    {
        var output = new TOut();
        return source.Select(input =>
        {
            output.Clear();
            kernel.Process(input, output);
            return output;
        });
    }
}
