using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>A refit: a function of the frames it is given and of nothing else, so it may run on any thread and be repeated.</summary>
internal static class MixtureRefit
{
    // The square of a greater one, summed, leaves what a number can hold.
    private const double GreatestValue = 1e100;

    /// <summary>
    /// The mixture at the end of the window; null where the frames are too few, a channel does not move, or the values are beyond what covariances can be computed of.
    /// </summary>
    public static RefittedMixture? Fit(double[] rows, int dimension, MixtureOptions options, GaussianMixture? known, double degreesOfFreedom)
    {
        if (!Moves(rows, dimension) || rows.Any(value => Math.Abs(value) > GreatestValue))
        {
            return null;
        }

        var search = new MixtureSearchOptions { MaximumComponents = options.MaximumComponents, Criterion = options.Criterion, Work = options.Work };
        try
        {
            return WindowMixture.Of(rows, dimension, search, known, degreesOfFreedom) is { } found
                ? new RefittedMixture(found.Mixture, found.Rows, found.Fit.LogLikelihood / found.Rows, found.Regularization, Margin(found, known)) { DegreesOfFreedom = found.Fit.DegreesOfFreedom }
                : null;
        }
        catch (ArgumentException)
        {
            // A covariance that rounding left indefinite is a fit that failed, not a fault of the service.
            return null;
        }
    }

    /// <summary>By how much the criterion prefers the number of components found to the number known, on the same rows.</summary>
    private static double Margin(WindowMixture found, GaussianMixture? known)
    {
        int components = found.Fit.Mixture.Components;
        // A component that is gone since within the window was not the criterion's to judge.
        if (known is null || found.Mixture.Components != components || known.Components >= found.Criteria.Length)
        {
            return 0;
        }

        double margin = found.Criteria[known.Components] - found.Criteria[components];
        return double.IsFinite(margin) ? margin : 0;
    }

    // A channel that has no reading in the window goes on as the model knows it.
    private static bool Moves(double[] rows, int dimension)
    {
        for (int channel = 0; channel < dimension; channel++)
        {
            (double first, bool moves) = (double.NaN, false);
            for (int at = channel; at < rows.Length && !moves; at += dimension)
            {
                moves = !double.IsNaN(first) && !double.IsNaN(rows[at]) && rows[at] != first;
                first = double.IsNaN(first) ? rows[at] : first;
            }

            if (!moves && !double.IsNaN(first))
            {
                return false;
            }
        }

        return rows.Length > dimension;
    }
}
