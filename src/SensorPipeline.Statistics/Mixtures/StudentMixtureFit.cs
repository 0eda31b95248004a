using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>Maximum likelihood of a mixture of Student-t components with their degrees of freedom.</summary>
/// <param name="Mixture">The fit.</param>
/// <param name="LogLikelihood">Log likelihood of the sample under it.</param>
/// <param name="Passes">Passes over the sample it took.</param>
/// <param name="Bayesian">Its Bayesian information criterion; less than the Gaussian fit's where the tails are fat.</param>
public sealed record StudentMixtureFit(StudentMixture Mixture, double LogLikelihood, int Passes, double Bayesian)
{
    private const double StartingDegreesOfFreedom = 10;

    /// <summary>Fits from a Gaussian mixture of as many components.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <param name="start">Where to start, as the Gaussian fit.</param>
    /// <param name="options">When to stop.</param>
    public static StudentMixtureFit Fit(ReadOnlySpan<double> rows, GaussianMixture start, MixtureFitOptions options)
    {
        int n = rows.Length / start.Dimension, passes = 1;
        StudentMixture mixture = Of(start);
        (StudentMixture next, double log) = mixture.Step(rows);
        while (passes < options.MaxPasses && IsProper(next))
        {
            (StudentMixture after, double gained) = next.Step(rows);
            passes++;
            bool isOver = gained - log < options.Tolerance * n;
            if (gained >= log)
            {
                (mixture, log) = (next, gained);
            }

            if (isOver)
            {
                break;
            }

            next = after;
        }

        int parameters = InformationCriterion.Parameters(mixture.Components, mixture.Dimension, CovarianceShape.Full) + mixture.Components;
        return new(mixture, log, passes, InformationCriterion.Bayesian(log, parameters, n));
    }

    private static StudentMixture Of(GaussianMixture start)
    {
        double[] degreesOfFreedom = new double[start.Components];
        Array.Fill(degreesOfFreedom, StartingDegreesOfFreedom);
        MultivariateGaussian[] components = [.. Enumerable.Range(0, start.Components).Select(start.Component)];
        return new(start.MixingWeights, components, degreesOfFreedom);
    }

    private static bool IsProper(StudentMixture mixture)
    {
        for (int k = 0; k < mixture.Components; k++)
        {
            if (!mixture.Component(k).IsProper)
            {
                return false;
            }
        }

        return true;
    }
}
