namespace SensorPipeline.Statistics.Mixtures;

/// <summary>What a mixture costs: fit against number of parameters. The smaller the better.</summary>
public static class InformationCriterion
{
    /// <summary>Number of free parameters of a mixture.</summary>
    /// <param name="components">K.</param>
    /// <param name="dimension">d.</param>
    /// <param name="shape">Freedom of the covariances.</param>
    public static int Parameters(int components, int dimension, CovarianceShape shape)
    {
        int full = dimension * (dimension + 1) / 2;
        int covariances = shape switch
        {
            CovarianceShape.Full => components * full,
            CovarianceShape.Tied => full,
            CovarianceShape.Diagonal => components * dimension,
            _ => components,
        };
        return covariances + (components * dimension) + components - 1;
    }

    /// <summary>Bayesian: −2L + p·ln n. For a good density.</summary>
    /// <param name="logLikelihood">L, summed over the sample.</param>
    /// <param name="parameters">p.</param>
    /// <param name="count">n.</param>
    public static double Bayesian(double logLikelihood, int parameters, double count) => (-2 * logLikelihood) + (parameters * Math.Log(count));

    /// <summary>Akaike's: −2L + 2p.</summary>
    /// <param name="logLikelihood">L, summed over the sample.</param>
    /// <param name="parameters">p.</param>
    public static double Akaike(double logLikelihood, int parameters) => (-2 * logLikelihood) + (2 * parameters);

    /// <summary>Integrated completed likelihood: Bayesian + 2·entropy of the assignment. For components that are to be named.</summary>
    /// <param name="bayesian">The Bayesian criterion.</param>
    /// <param name="entropy">−Σ r ln r over sample and components.</param>
    public static double IntegratedCompleted(double bayesian, double entropy) => bayesian + (2 * entropy);
}
