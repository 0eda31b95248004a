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
/// The whole of what is done with readings: a function of its options and its inputs in sequence. Live service, recovery and replay run
/// this same graph. It is single-threaded: one batch at a time, results before <see cref="Process"/> returns.
/// </summary>
public sealed class SensorGraph : ISnapshot, IDisposable
{
    private const uint Format = 6;

    private readonly Subject<InputBatch> inputs = new();
    private readonly Subject<ResultBatch> results = new();
    private readonly SensorKernel sensors;
    private readonly FrameKernel frames;
    private readonly FusionKernel fusion;
    private readonly MixtureKernel mixtures;
    private readonly JointKernel joint;
    private readonly IDisposable wiring;

    /// <summary>Builds an empty graph.</summary>
    public SensorGraph(GraphOptions options)
    {
        Options = options;
        Groups = new GroupTable([.. options.Fusion, .. options.Mixtures, .. options.Joint], options.MaximumGroups, options.MaximumMembers);
        sensors = new SensorKernel(options.Detection);
        frames = new FrameKernel(Groups);
        fusion = new FusionKernel(Groups, sensors.Names, options.Detection);
        mixtures = new MixtureKernel(Groups, options.Detection);
        joint = new JointKernel(Groups, sensors.Names, options.Detection);
        wiring = Compose().Subscribe(results);
    }

    /// <summary>The options it was built with.</summary>
    public GraphOptions Options { get; }

    /// <summary>The sensors it knows.</summary>
    public SensorNames Names => sensors.Names;

    /// <summary>The groups it knows.</summary>
    public GroupTable Groups { get; }

    /// <summary>The sensors' states and counters.</summary>
    public SensorKernel Sensors => sensors;

    /// <summary>The frames and their counters.</summary>
    public FrameKernel Frames => frames;

    /// <summary>The fused groups and how consistent they are.</summary>
    public FusionKernel Fusion => fusion;

    /// <summary>The mixtures in force.</summary>
    public MixtureKernel Mixtures => mixtures;

    /// <summary>The joint Gaussians.</summary>
    public JointKernel Joint => joint;

    /// <summary>What the graph says, one batch of results for each batch of inputs.</summary>
    public IObservable<ResultBatch> Results => results;

    /// <summary>Takes the next inputs. The results are out when this returns.</summary>
    public void Process(InputBatch batch) => inputs.OnNext(batch);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Format);
        sensors.Save(writer);
        frames.Save(writer);
        fusion.Save(writer);
        mixtures.Save(writer);
        joint.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        LoadSensors(ref reader);
        frames.Load(ref reader);
        fusion.Load(ref reader);
        mixtures.Load(ref reader);
        joint.Load(ref reader);
    }

    /// <summary>Restores what was known of the sensors, from a graph whose groups may have been others, and leaves the rest unread.</summary>
    /// <exception cref="InvalidDataException">The bytes are not the state of a graph.</exception>
    public void LoadSensors(ref SnapshotReader reader)
    {
        uint format = reader.Read<uint>();
        if (format != Format)
        {
            throw new InvalidDataException($"The state has format {format}; this build reads format {Format}.");
        }

        sensors.Load(ref reader);
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            Groups.Add(sensor, Names[sensor]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wiring.Dispose();
        inputs.Dispose();
        results.Dispose();
    }

    // Each stage gives one batch for each batch it takes, so zipping aligns what belongs to the same inputs.
    private IObservable<ResultBatch> Compose()
    {
        var together = new ResultBatch();
        return inputs.Through(sensors).Publish(judged =>
            judged.Through(frames).Publish(framed =>
                judged.Zip(framed.Through(fusion), framed.Through(mixtures), framed.Through(joint), together.Hold)));
    }
}
