using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Graph;

/// <summary>What a graph consists of under some options. The options are part of every kernel, so others mean other kernels.</summary>
internal sealed class Kernels : ISnapshot
{
    private const uint Format = 7;

    /// <summary>Kernels that know nothing yet.</summary>
    public Kernels(GraphOptions options)
    {
        Options = options;
        Groups = new GroupTable([.. options.Fusion, .. options.Mixtures, .. options.Joint], options.MaximumGroups, options.MaximumMembers);
        Sensors = new SensorKernel(options.Detection);
        Frames = new FrameKernel(Groups);
        Fusion = new FusionKernel(Groups, Sensors.Names, options.Detection);
        Mixtures = new MixtureKernel(Groups, options.Detection);
        Joint = new JointKernel(Groups, Sensors.Names, options.Detection);
    }

    public GraphOptions Options { get; }

    public GroupTable Groups { get; }

    public SensorKernel Sensors { get; }

    public FrameKernel Frames { get; }

    public FusionKernel Fusion { get; }

    public MixtureKernel Mixtures { get; }

    public JointKernel Joint { get; }

    /// <summary>Kernels under other options. What is known of the sensors stays; frames, fusion, mixtures and joint Gaussians begin anew, as their groups may be others.</summary>
    public Kernels Under(GraphOptions options)
    {
        var writer = new SnapshotWriter();
        Save(writer);
        var reader = new SnapshotReader(writer.Written);
        var other = new Kernels(options);
        other.LoadSensors(ref reader);
        return other;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Format);
        Sensors.Save(writer);
        Frames.Save(writer);
        Fusion.Save(writer);
        Mixtures.Save(writer);
        Joint.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        LoadSensors(ref reader);
        Frames.Load(ref reader);
        Fusion.Load(ref reader);
        Mixtures.Load(ref reader);
        Joint.Load(ref reader);
    }

    private void LoadSensors(ref SnapshotReader reader)
    {
        uint format = reader.Read<uint>();
        if (format != Format)
        {
            throw new InvalidDataException($"The state has format {format}; this build reads format {Format}.");
        }

        Sensors.Load(ref reader);
        for (int sensor = 0; sensor < Sensors.Names.Count; sensor++)
        {
            Groups.Add(sensor, Sensors.Names[sensor]);
        }
    }
}
