namespace SensorPipeline.Statistics.Mixtures;

/// <summary>A run of expectation maximisation on one sample: its buffers, its regularisation, its starts.</summary>
internal sealed class MixtureRun
{
    private readonly int d;
    private readonly MixtureFitOptions options;
    private readonly MixtureStep step;
    private readonly double[] center;
    private readonly double[] deviation;
    private readonly double[] added;

    internal MixtureRun(int dimension, MixtureFitOptions options, ReadOnlySpan<double> rows)
    {
        d = dimension;
        this.options = options;
        step = new MixtureStep(dimension);
        center = new double[d];
        deviation = new double[d];
        added = new double[d];
        for (int j = 0; j < d; j++)
        {
            var moments = default(Moments.Moments);
            for (int i = j; i < rows.Length; i += d)
            {
                moments = moments.Observe(rows[i]);
            }

            // A channel that never moves still needs a variance to divide by.
            double variance = moments.PopulationVariance > 0 ? moments.PopulationVariance : 1;
            center[j] = moments.Mean;
            deviation[j] = Math.Sqrt(variance);
            added[j] = options.Regularization * variance;
        }
    }

    internal GaussianMixture Start(ReadOnlySpan<double> rows, Random random)
    {
        double[] scaled = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            scaled[i] = (rows[i] - center[i % d]) / deviation[i % d];
        }

        int[] labels = KMeans.Assign(scaled, d, options.Components, random);
        return MixtureMaximization.FromLabels(rows, labels, d, options.Components, options.Shape, added);
    }

    internal MixtureFit Improve(ReadOnlySpan<double> rows, GaussianMixture mixture, int mostPasses)
    {
        int n = rows.Length / d;
        double last = step.Run(mixture, rows);
        bool converged = false;
        int passes = 1;
        while (passes < mostPasses && !converged)
        {
            GaussianMixture? next = MixtureMaximization.Next(step, mixture, options.Shape, added, leastCount: d + 1);
            if (next is null)
            {
                break;
            }

            // Losing a component may cost likelihood; that is not the end of the climb.
            bool sameSize = next.Components == mixture.Components;
            double log = step.Run(next, rows);
            passes++;
            if (sameSize && log < last)
            {
                converged = true;
                break;
            }

            converged = sameSize && (log - last) / n < options.Tolerance;
            (mixture, last) = (next, log);
        }

        int parameters = InformationCriterion.Parameters(mixture.Components, d, options.Shape);
        return new(mixture, last, passes, converged, InformationCriterion.Bayesian(last, parameters, n));
    }
}
