using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// The latest frames that no component explains. When 2d + 4 of them lie together they are the beginning of a component; those that lie apart are outliers, and are forgotten with time.
/// State: at most 64 frames.
/// </summary>
internal sealed class UnexplainedFrames(int dimension) : ISnapshot
{
    private const int Capacity = 64;
    private const int FramesPerAttempt = 4;

    private readonly FrameWindow frames = new(Math.Max(Capacity, 4 * Least(dimension)));
    private readonly Queue<long> ages = [];
    private int sinceAttempt;

    /// <summary>Adds a frame; true when it is time to look for a component. One with a member missing says too little of where it lies.</summary>
    public bool Add(ReadOnlySpan<double> values, long age, int memory)
    {
        if (values.Contains(double.NaN))
        {
            return false;
        }

        frames.Add(values);
        ages.Enqueue(age);
        while (ages.Count > frames.Count || ages.Peek() + memory < age)
        {
            ages.Dequeue();
        }

        frames.KeepLast(ages.Count);
        sinceAttempt++;
        return frames.Count >= Least(dimension) && sinceAttempt >= FramesPerAttempt;
    }

    /// <summary>The component they are the beginning of, which is not one of those known by the measure that labels go by.</summary>
    public RowCluster? Find(GaussianMixture known)
    {
        sinceAttempt = 0;
        double[] within = new double[dimension * dimension];
        for (int k = 0; k < known.Components; k++)
        {
            for (int i = 0; i < within.Length; i++)
            {
                within[i] += known.MixingWeights[k] * known.Covariance(k)[i];
            }
        }

        return RowCluster.Find(frames.ToArray(), within, Least(dimension)) is { } found && IsNew(found.Component, known) ? found : null;
    }

    /// <summary>Forgets them all.</summary>
    public void Clear()
    {
        frames.KeepLast(0);
        ages.Clear();
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        frames.Save(writer);
        writer.WriteSpan<long>([.. ages]);
        writer.Write(sinceAttempt);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        frames.Load(ref reader);
        ages.Clear();
        foreach (long age in reader.ReadArray<long>())
        {
            ages.Enqueue(age);
        }

        sinceAttempt = reader.Read<int>();
        if (ages.Count != frames.Count)
        {
            throw new InvalidDataException($"The snapshot holds {frames.Count} unexplained frames of {ages.Count} times.");
        }
    }

    private static int Least(int dimension) => (2 * dimension) + 4;

    private static bool IsNew(MultivariateGaussian component, GaussianMixture known)
    {
        for (int k = 0; k < known.Components; k++)
        {
            if (GaussianDistance.Bhattacharyya(component, known.Component(k)) < ComponentMatching.SameDistance)
            {
                return false;
            }
        }

        return true;
    }
}
