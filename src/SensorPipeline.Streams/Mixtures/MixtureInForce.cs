using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// A mixture that judges a group's frames and learns from every frame after it has judged it, the way the refit weighed its rows, so that it follows what moves. Frames that it cannot explain are kept
/// apart, and a component is born of those that lie together; components that have become one are combined, and one whose remembered frames are too few for a covariance is dropped.
/// </summary>
internal sealed class MixtureInForce
{
    private const int RowsPerStep = 16;
    private const int FramesPerReview = 256;
    private const int MostMemory = 1000;
    private const double NotLearnedBelow = 1e-4;
    private const double OneDistance = 0.05;

    private readonly int mostComponents;
    private readonly int memory;
    private readonly UnexplainedFrames unexplained;
    private StepwiseMixture learner;
    private int rows;
    private long age;
    private bool isBirthDue;

    public MixtureInForce(RefittedMixture refit, MixtureOptions options)
        : this(refit, options, refit.Mixture)
    {
    }

    private MixtureInForce(RefittedMixture refit, MixtureOptions options, GaussianMixture start)
    {
        (Refit, Labels, rows) = (refit, new int[start.Components], refit.Rows);
        (mostComponents, memory) = (options.MaximumComponents, Math.Min(MostMemory, options.Window));
        unexplained = new UnexplainedFrames(start.Dimension);
        learner = Learner(start);
    }

    /// <summary>The refit it goes back to.</summary>
    public RefittedMixture Refit { get; }

    /// <summary>Labels of the components.</summary>
    public int[] Labels { get; set; }

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

    /// <summary>Learns the frame it judged last. A gain of γ a typical interval is kγ/(1 + (k−1)γ) over k of them.</summary>
    public void Learn(ReadOnlySpan<double> values, double tailProbability, double elapsed)
    {
        age++;
        if (tailProbability < NotLearnedBelow)
        {
            isBirthDue |= unexplained.Add(values, age, memory);
            return;
        }

        rows = Math.Min(rows + 1, memory);
        double gain = 1.0 / rows;
        learner.Learn(values, elapsed * gain / (1 + ((elapsed - 1) * gain)));
    }

    /// <summary>Whether it is time to look whether its components are still the right ones.</summary>
    public bool IsRevisionDue => isBirthDue || (age > 0 && age % FramesPerReview == 0);

    /// <summary>Lets a component be born, combines two or drops one, where it is time to; true when the components are others than before. Labels are the caller's to give.</summary>
    public bool Revise()
    {
        if (!IsRevisionDue)
        {
            return false;
        }

        learner.Settle();
        GaussianMixture known = learner.ToMixture();
        GaussianMixture? revised = !isBirthDue ? Reduced(known) : known.Components < mostComponents ? Grown(known) : null;
        isBirthDue = false;
        if (revised is null)
        {
            return false;
        }

        learner = Learner(revised);
        Labels = new int[revised.Components];
        return true;
    }

    /// <summary>The mixture as learned so far.</summary>
    public GaussianMixture ToMixture() => learner.ToMixture();

    /// <summary>Writes the model, or that there is none.</summary>
    public static void Save(SnapshotWriter writer, MixtureInForce? saved)
    {
        RefittedMixture.Save(writer, saved?.Refit);
        if (saved is not null)
        {
            writer.WriteSpan<int>(saved.Labels);
            double[] state = new double[saved.learner.SnapshotLength];
            saved.learner.Snapshot(state);
            writer.WriteSpan<double>(state);
            saved.unexplained.Save(writer);
            writer.Write(saved.rows);
            writer.Write(saved.age);
            writer.Write(saved.isBirthDue);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static MixtureInForce? Load(ref SnapshotReader reader, MixtureOptions options)
    {
        if (RefittedMixture.Load(ref reader) is not { } refit)
        {
            return null;
        }

        int[] labels = reader.ReadArray<int>();
        if (labels.Length is 0)
        {
            throw new InvalidDataException("The snapshot holds a mixture without components.");
        }

        var loaded = new MixtureInForce(refit, options, Blank(labels.Length, refit.Mixture.Dimension)) { Labels = labels };
        loaded.learner.Restore(reader.ReadArray<double>());
        loaded.unexplained.Load(ref reader);
        loaded.rows = reader.Read<int>();
        loaded.age = reader.Read<long>();
        loaded.isBirthDue = reader.Read<bool>();
        return loaded;
    }

    private StepwiseMixture Learner(GaussianMixture start) => new(start, Refit.Regularization, Refit.DegreesOfFreedom) { RowsPerStep = RowsPerStep, LeastShare = 1.0 / Refit.Rows };

    /// <summary>With the component that the unexplained frames are the beginning of; its weight is the share they have in what is remembered.</summary>
    private GaussianMixture? Grown(GaussianMixture known)
    {
        if (unexplained.Find(known) is not { } found)
        {
            return null;
        }

        unexplained.Clear();
        return MixtureMoves.Added(known, (double)found.Rows / (rows + found.Rows), found.Component);
    }

    private GaussianMixture? Reduced(GaussianMixture known)
    {
        for (int k = 0; k < known.Components; k++)
        {
            if (known.Components > 1 && known.MixingWeights[k] * rows < known.Dimension + 1)
            {
                return MixtureMoves.Without(known, k);
            }

            for (int other = k + 1; other < known.Components; other++)
            {
                if (GaussianDistance.Bhattacharyya(known.Component(k), known.Component(other)) < OneDistance)
                {
                    return MixtureMoves.Combined(known, k, other);
                }
            }
        }

        return null;
    }

    /// <summary>A mixture of this size, to be restored into.</summary>
    private static GaussianMixture Blank(int components, int dimension)
    {
        double[] covariances = new double[components * dimension * dimension];
        for (int i = 0; i < covariances.Length; i++)
        {
            covariances[i] = i % (dimension * dimension) % (dimension + 1) == 0 ? 1 : 0;
        }

        return new([.. Enumerable.Repeat(1.0 / components, components)], new double[components * dimension], covariances);
    }
}
