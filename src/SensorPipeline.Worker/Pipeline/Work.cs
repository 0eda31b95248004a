using System.Diagnostics;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// What the pipeline's loop is handed: inputs, what to acknowledge once they are durable, when they were received (a timestamp of the clock; 0 for
/// what was not), and the span that ends with them.
/// </summary>
internal readonly record struct Work(InputBatch? Batch, Receipt? Receipt, Chore Chore = Chore.None, long Received = 0, Activity? Span = null)
{
    /// <summary>What the decoder remembered once the batch was decoded, where it was asked for.</summary>
    public byte[]? DecoderState { get; init; }
}

/// <summary>What the loop does besides processing inputs, in turn with them.</summary>
internal enum Chore : byte
{
    None,

    /// <summary>Publish the states that changed.</summary>
    Publish,

    /// <summary>Say what service this is, and publish every state: the broker may have lost them.</summary>
    Announce,

    /// <summary>Say whether the service keeps its budget.</summary>
    Audit,

    /// <summary>Count the sensors by what they are doing.</summary>
    Count,

    /// <summary>Write a checkpoint.</summary>
    Checkpoint,

    /// <summary>Let go of what was kept of groups: the inputs that came with this changed the graph's options.</summary>
    Regroup,
}
