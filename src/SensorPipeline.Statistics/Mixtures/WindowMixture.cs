namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// The mixture at the end of a window of rows whose law may have changed on the way: searched for over the whole window and brought to its end, or, where the window is better described as two
/// with nothing in common, over the later part alone, whose beginning is then the beginning of all that still counts.
/// </summary>
/// <param name="Mixture">The mixture at the window's end.</param>
/// <param name="Fit">The fit to the rows that count.</param>
/// <param name="Rows">How many of the last rows count.</param>
/// <param name="Regularization">What was added to each channel's variances.</param>
/// <param name="Criteria">The least criterion found for each number of components, from 0; +∞ where there is none.</param>
public sealed record WindowMixture(GaussianMixture Mixture, MixtureFit Fit, int Rows, double[] Regularization, double[] Criteria)
{
    /// <summary>Finds it; null of too few rows.</summary>
    /// <param name="rows">n×d, row-major, oldest first, NaN where missing.</param>
    /// <param name="dimension">d.</param>
    /// <param name="options">How components are searched for.</param>
    /// <param name="known">A mixture to start from too.</param>
    /// <param name="degreesOfFreedom">ν of its components; +∞ of Gaussian ones.</param>
    public static WindowMixture? Of(
        double[] rows, int dimension, MixtureSearchOptions options, GaussianMixture? known = null, double degreesOfFreedom = double.PositiveInfinity) =>
        MixtureSearch.Run(rows, dimension, options, known, degreesOfFreedom) is { Least: not null } search ? Of(rows, dimension, options, search) : null;

    private static WindowMixture Of(double[] rows, int dimension, MixtureSearchOptions options, MixtureSearch search)
    {
        MixtureFit fit = search.Least!;
        RecentMixture recent = RecentMixture.Of(rows, fit.Mixture, fit.DegreesOfFreedom);
        if (recent.ChangedAt > 0 && Later(rows, dimension, options, fit, recent) is { } later)
        {
            return Of(rows[(recent.ChangedAt * dimension)..], dimension, options, later);
        }

        double[] added = new MixtureRun(dimension, new MixtureFitOptions(), rows).Regularization.ToArray();
        return new(recent.Mixture, fit, rows.Length / dimension, added, [.. search.Criteria]);
    }

    /// <summary>The fit to the later part, where two fits of their own are worth more than the shares that changed.</summary>
    private static MixtureSearch? Later(double[] rows, int dimension, MixtureSearchOptions options, MixtureFit whole, RecentMixture recent)
    {
        int at = recent.ChangedAt * dimension;
        options = options with { Work = options.Work / 4 };
        MixtureSearch search = MixtureSearch.Run(rows[at..], dimension, options);
        if (MixtureSearch.Fit(rows[..at], dimension, options) is not { } former || search.Least is not { } later)
        {
            return null;
        }

        double gain = 2 * (former.LogLikelihood + later.LogLikelihood - whole.LogLikelihood) * recent.Independence;
        double penalty = Penalty(former, at / dimension) + Penalty(later, (rows.Length - at) / dimension) - Penalty(whole, rows.Length / dimension);
        return gain - penalty > recent.Gain ? search : null;
    }

    private static double Penalty(MixtureFit fit, int count) => fit.Parameters * Math.Log(count);
}
