using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// Names for the components of a mixture that is fitted again and again. A component that continues one of the former mixture keeps its label; one that has none is compared with those that
/// have vanished, and takes back the label of its like; else it gets a new one, and no label is used for another component again.
/// </summary>
public sealed class ComponentLabels
{
    /// <summary>How many vanished components are remembered, the latest of them.</summary>
    public const int Memory = 32;

    private readonly List<(int Label, MultivariateGaussian Component)> vanished;

    /// <summary>Begins at label 0.</summary>
    public ComponentLabels()
        : this(0, [])
    {
    }

    /// <summary>Goes on from what was known.</summary>
    /// <param name="given">How many labels have been given.</param>
    /// <param name="vanished">The vanished components, oldest first.</param>
    public ComponentLabels(int given, IEnumerable<(int Label, MultivariateGaussian Component)> vanished) => (Given, this.vanished) = (given, [.. vanished]);

    /// <summary>How many labels have been given.</summary>
    public int Given { get; private set; }

    /// <summary>The components that have vanished, oldest first.</summary>
    public IReadOnlyList<(int Label, MultivariateGaussian Component)> Vanished => vanished;

    /// <summary>Labels for the next mixture.</summary>
    /// <param name="old">The mixture in force, or null.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="next">The one that replaces it.</param>
    /// <returns>One label a component of the next.</returns>
    public int[] Relabel(GaussianMixture? old, ReadOnlySpan<int> labels, GaussianMixture next)
    {
        int[] relabelled = new int[next.Components];
        Array.Fill(relabelled, -1);
        if (old is not null && old.Dimension == next.Dimension)
        {
            Continue(old, labels, next, relabelled);
        }
        else
        {
            vanished.Clear();
        }

        Return(next, relabelled);
        foreach (ref int label in relabelled.AsSpan())
        {
            label = label < 0 ? Given++ : label;
        }

        vanished.RemoveRange(0, Math.Max(vanished.Count - Memory, 0));
        return relabelled;
    }

    private void Continue(GaussianMixture old, ReadOnlySpan<int> labels, GaussianMixture next, int[] relabelled)
    {
        int[] became = ComponentMatching.Match(old, next);
        for (int k = 0; k < became.Length; k++)
        {
            if (became[k] >= 0)
            {
                relabelled[became[k]] = labels[k];
            }
            else
            {
                vanished.Add((labels[k], old.Component(k)));
            }
        }
    }

    private void Return(GaussianMixture next, int[] relabelled)
    {
        int[] nameless = [.. Enumerable.Range(0, relabelled.Length).Where(k => relabelled[k] < 0)];
        if (nameless.Length == 0 || vanished.Count == 0)
        {
            return;
        }

        int[] returned = ComponentMatching.Match([.. vanished.Select(lost => lost.Component)], [.. nameless.Select(next.Component)]);
        for (int i = returned.Length - 1; i >= 0; i--)
        {
            if (returned[i] >= 0)
            {
                relabelled[nameless[returned[i]]] = vanished[i].Label;
                vanished.RemoveAt(i);
            }
        }
    }
}
