using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>A refit: a function of the rows it is given and of nothing else, so it may run on any thread and be repeated.</summary>
internal static class MixtureRefit
{
    private const int RowsPerParameter = 2;

    /// <summary>
    /// The mixture of 1 to <paramref name="maximumComponents"/> components with the least Bayesian information criterion; null where the rows
    /// are too few or a channel does not move.
    /// </summary>
    public static RefittedMixture? Fit(double[] rows, int dimension, int maximumComponents)
    {
        if (!Moves(rows, dimension))
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

            MixtureFit fit = MixtureFit.Fit(rows, dimension, new MixtureFitOptions { Components = components });
            best = best is null || fit.Bayesian < best.Bayesian ? fit : best;
        }

        return best is null ? null : new RefittedMixture(best.Mixture, best.LogLikelihood / (rows.Length / dimension));
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
