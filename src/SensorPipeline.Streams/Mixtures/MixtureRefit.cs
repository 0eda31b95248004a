using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>A refit: a function of the rows it is given and of nothing else, so it may run on any thread and be repeated.</summary>
internal static class MixtureRefit
{
    private const int RowsPerParameter = 2;

    // The square of a greater one, summed, leaves what a number can hold.
    private const double GreatestValue = 1e100;

    /// <summary>
    /// The mixture of 1 to <paramref name="maximumComponents"/> components with the least Bayesian information criterion; null where the rows
    /// are too few, a channel does not move, or the values are beyond what covariances can be computed of.
    /// </summary>
    public static RefittedMixture? Fit(double[] rows, int dimension, int maximumComponents)
    {
        if (!Moves(rows, dimension) || rows.Any(value => Math.Abs(value) > GreatestValue))
        {
            return null;
        }

        MixtureFit? best = null;
        for (int components = 1; components <= maximumComponents; components++)
        {
            int parameters = InformationCriterion.Parameters(components, dimension, CovarianceShape.Full);
            if (rows.Length / dimension < RowsPerParameter * parameters)
            {
                break;
            }

            best = Better(best, rows, dimension, components);
        }

        return best is null ? null : new RefittedMixture(best.Mixture, best.LogLikelihood / (rows.Length / dimension));
    }

    private static MixtureFit? Better(MixtureFit? best, double[] rows, int dimension, int components)
    {
        try
        {
            MixtureFit fit = MixtureFit.Fit(rows, dimension, new MixtureFitOptions { Components = components });
            return best is null || fit.Bayesian < best.Bayesian ? fit : best;
        }
        catch (ArgumentException)
        {
            // A covariance that rounding left indefinite is a fit that failed, not a fault of the service.
            return best;
        }
    }

    private static bool Moves(double[] rows, int dimension)
    {
        for (int channel = 0; channel < dimension; channel++)
        {
            bool moves = false;
            for (int at = channel + dimension; at < rows.Length && !moves; at += dimension)
            {
                moves = rows[at] != rows[channel];
            }

            if (!moves)
            {
                return false;
            }
        }

        return rows.Length > dimension;
    }
}
