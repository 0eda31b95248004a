using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>The labels given and the components that have vanished, as bytes.</summary>
internal static class LabelSnapshot
{
    /// <summary>Writes them.</summary>
    public static void Save(SnapshotWriter writer, ComponentLabels labels)
    {
        writer.Write(labels.Given);
        writer.Write(labels.Vanished.Count);
        foreach ((int label, MultivariateGaussian component) in labels.Vanished)
        {
            writer.Write(label);
            writer.WriteSpan(component.Mean);
            writer.WriteSpan(component.Covariance);
        }
    }

    /// <summary>Reads them back.</summary>
    public static ComponentLabels Load(ref SnapshotReader reader)
    {
        int given = reader.Read<int>();
        List<(int, MultivariateGaussian)> vanished = [];
        for (int remaining = reader.Read<int>(); remaining > 0; remaining--)
        {
            int label = reader.Read<int>();
            double[] mean = reader.ReadArray<double>();
            vanished.Add((label, new MultivariateGaussian(mean, reader.ReadArray<double>())));
        }

        return new ComponentLabels(given, vanished);
    }
}
