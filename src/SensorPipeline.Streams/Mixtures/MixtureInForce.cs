using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// The model that judges a group's frames until the next refit takes its place. It learns from every frame after it has judged it, the way the refit weighed its rows, so that it follows what moves;
/// what it cannot explain it leaves to the next refit.
/// </summary>
internal sealed class MixtureInForce
{
    private const int RowsPerStep = 16;
    private const double NotLearnedBelow = 1e-4;

    private readonly StepwiseMixture learner;
    private int rows;

    public MixtureInForce(RefittedMixture refit, int[] labels)
    {
        (Refit, Labels, rows) = (refit, labels, refit.Rows);
        learner = new StepwiseMixture(refit.Mixture, refit.Regularization) { RowsPerStep = RowsPerStep, LeastShare = 1.0 / refit.Rows };
    }

    /// <summary>The refit it goes back to.</summary>
    public RefittedMixture Refit { get; }

    /// <summary>Labels of the components.</summary>
    public int[] Labels { get; }

    /// <summary>Number of components.</summary>
    public int Components => learner.Components;

    /// <summary>Number of members.</summary>
    public int Dimension => learner.Dimension;

    /// <summary>Responsibilities for the last frame.</summary>
    public ReadOnlySpan<double> Responsibilities => learner.Responsibilities;

    /// <summary>The components' most likely one for the last frame.</summary>
    public int MostLikely
    {
        get
        {
            int most = 0;
            for (int k = 1; k < learner.Components; k++)
            {
                most = learner.Responsibilities[k] > learner.Responsibilities[most] ? k : most;
            }

            return most;
        }
    }

    /// <summary>Judges a frame; returns its log density and, under the model, the probability of one that fits worse.</summary>
    public (double LogDensity, double TailProbability) Judge(ReadOnlySpan<double> values)
    {
        double log = learner.Ask(values);
        return (log, double.IsFinite(log) ? learner.TailProbability : 0);
    }

    /// <summary>Learns the frame it judged last.</summary>
    public void Learn(ReadOnlySpan<double> values, double tailProbability, int memory)
    {
        if (tailProbability >= NotLearnedBelow)
        {
            rows = Math.Min(rows + 1, memory);
            learner.Learn(values, 1.0 / rows);
        }
    }

    /// <summary>The mixture as learned so far.</summary>
    public GaussianMixture ToMixture() => learner.ToMixture();

    /// <summary>Writes the model, or that there is none.</summary>
    public static void Save(SnapshotWriter writer, MixtureInForce? saved)
    {
        RefittedMixture.Save(writer, saved?.Refit);
        if (saved is not null)
        {
            double[] state = new double[saved.learner.SnapshotLength];
            saved.learner.Snapshot(state);
            writer.WriteSpan<double>(state);
            writer.WriteSpan<int>(saved.Labels);
            writer.Write(saved.rows);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static MixtureInForce? Load(ref SnapshotReader reader)
    {
        if (RefittedMixture.Load(ref reader) is not { } refit)
        {
            return null;
        }

        double[] state = reader.ReadArray<double>();
        int[] labels = reader.ReadArray<int>();
        if (labels.Length != refit.Mixture.Components)
        {
            throw new InvalidDataException($"The snapshot holds {labels.Length} labels for {refit.Mixture.Components} components.");
        }

        var loaded = new MixtureInForce(refit, labels);
        loaded.learner.Restore(state);
        loaded.rows = reader.Read<int>();
        return loaded;
    }
}
