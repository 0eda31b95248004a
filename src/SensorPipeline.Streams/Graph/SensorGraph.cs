using System.Reactive.Linq;
using System.Reactive.Subjects;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Graph;

/// <summary>
/// The whole of what is done with readings: a function of its options and its inputs in sequence, and a change of the options is an input too. Live service,
/// recovery and replay run this same graph. It is single-threaded: one batch at a time, results before <see cref="Process"/> returns.
/// </summary>
public sealed class SensorGraph : ISnapshot, IDisposable
{
    private readonly Subject<InputBatch> inputs = new();
    private readonly Subject<ResultBatch> results = new();
    private Kernels kernels;
    private IDisposable wiring;

    /// <summary>Builds an empty graph.</summary>
    /// <param name="options">What its results depend on.</param>
    /// <param name="archive">Where the states of idle sensors go, on which they do not; null for nowhere.</param>
    public SensorGraph(GraphOptions options, IStateArchive? archive = null)
    {
        kernels = new Kernels(options, archive);
        wiring = Compose(kernels).Subscribe(results);
    }

    /// <summary>The options in force.</summary>
    public GraphOptions Options => kernels.Options;

    /// <summary>The sensors it knows.</summary>
    public SensorNames Names => kernels.Sensors.Names;

    /// <summary>The groups it knows.</summary>
    public GroupTable Groups => kernels.Groups;

    /// <summary>The sensors' states and counters.</summary>
    public SensorKernel Sensors => kernels.Sensors;

    /// <summary>The frames and their counters.</summary>
    public FrameKernel Frames => kernels.Frames;

    /// <summary>The fused groups and how consistent they are.</summary>
    public FusionKernel Fusion => kernels.Fusion;

    /// <summary>The mixtures in force.</summary>
    public MixtureKernel Mixtures => kernels.Mixtures;

    /// <summary>The joint Gaussians.</summary>
    public JointKernel Joint => kernels.Joint;

    /// <summary>What the graph says, one batch of results for each batch of inputs.</summary>
    public IObservable<ResultBatch> Results => results;

    /// <summary>
    /// Takes the next inputs. The results are out when this returns. Behind a change of options what comes is judged under them: what is known of the sensors stays,
    /// everything about groups begins anew.
    /// </summary>
    /// <exception cref="InvalidDataException">The batch holds options that this build cannot read.</exception>
    public void Process(InputBatch batch)
    {
        int from = 0;

        // Options are written out, so most batches need not be looked through.
        for (int at = 0; at < batch.Count && !batch.Text.IsEmpty; at++)
        {
            if (batch.Inputs[at] is { Kind: InputKind.OptionsChanged } changed)
            {
                Pass(batch, from, at + 1);
                Adopt(GraphOptions.Parse(batch.TextOf(changed)));
                from = at + 1;
            }
        }

        Pass(batch, from, batch.Count);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => kernels.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => kernels.Load(ref reader);

    /// <inheritdoc/>
    public void Dispose()
    {
        wiring.Dispose();
        inputs.Dispose();
        results.Dispose();
    }

    private void Pass(InputBatch batch, int from, int until)
    {
        if (from == 0 && until == batch.Count)
        {
            inputs.OnNext(batch);
        }
        else if (from < until)
        {
            var part = new InputBatch { FirstSequence = batch.FirstSequence + from };
            part.Append(batch, from, until - from);
            inputs.OnNext(part);
        }
    }

    // Options that are written down again, as each start does, are no change.
    private void Adopt(GraphOptions options)
    {
        if (options.Hash == Options.Hash)
        {
            return;
        }

        wiring.Dispose();
        kernels = kernels.Under(options);
        wiring = Compose(kernels).Subscribe(results);
    }

    // Each stage gives one batch for each batch it takes, so zipping aligns what belongs to the same inputs.
    private IObservable<ResultBatch> Compose(Kernels through)
    {
        var together = new ResultBatch();
        return inputs.Through(through.Sensors).Publish(judged =>
            judged.Through(through.Frames).Publish(framed =>
                judged.Zip(framed.Through(through.Fusion), framed.Through(through.Mixtures), framed.Through(through.Joint), together.Hold)));
    }
}
