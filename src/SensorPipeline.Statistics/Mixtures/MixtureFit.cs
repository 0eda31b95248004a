namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// Maximum likelihood of a Gaussian mixture by expectation maximisation, from k-means++ starts or a given mixture. A pass computes responsibilities and the weighted moments together:
/// nₖ = Σr, mₖ = Σrx/nₖ, Cₖ = Σr(x−m)(x−m)ᵀ/nₖ + regularisation. The likelihood never falls but for the regularisation. Reference: Dempster, Laird and Rubin (1977);
/// conventions of scikit-learn.
/// </summary>
/// <param name="Mixture">The fit.</param>
/// <param name="LogLikelihood">Log likelihood of the sample under it.</param>
/// <param name="Passes">Passes over the sample it took, starts included.</param>
/// <param name="Converged">Whether it stopped by itself.</param>
/// <param name="Bayesian">Its Bayesian information criterion.</param>
public sealed record MixtureFit(GaussianMixture Mixture, double LogLikelihood, int Passes, bool Converged, double Bayesian)
{
    private const int TrialPasses = 10;

    /// <summary>ν of the components where they are Student's, whose covariances in <see cref="Mixture"/> are then scale matrices; +∞ of Gaussian ones.</summary>
    public double DegreesOfFreedom { get; init; } = double.PositiveInfinity;

    /// <summary>Number of free parameters with full covariances.</summary>
    internal int Parameters => InformationCriterion.Parameters(Mixture.Components, Mixture.Dimension, CovarianceShape.Full) + (double.IsFinite(DegreesOfFreedom) ? 1 : 0);

    /// <summary>Fits from k-means++ starts.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <param name="dimension">d.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Fewer rows than components want.</exception>
    public static MixtureFit Fit(ReadOnlySpan<double> rows, int dimension, MixtureFitOptions options)
    {
        if (rows.Length % dimension != 0 || rows.Length / dimension < options.Components)
        {
            throw new ArgumentException($"{rows.Length} numbers are not {options.Components} rows of {dimension} or more.", nameof(rows));
        }

        var run = new MixtureRun(dimension, options, rows);
        var random = new Random(options.Seed);
        MixtureFit? best = null;
        int passes = 0;
        int restarts = options.Components == 1 ? 1 : Math.Max(options.Restarts, 1);
        for (int i = 0; i < restarts; i++)
        {
            MixtureFit trial = run.Improve(rows, run.Start(rows, random), restarts == 1 ? options.MaxPasses : Math.Min(TrialPasses, options.MaxPasses));
            passes += trial.Passes;
            best = best is null || trial.LogLikelihood > best.LogLikelihood ? trial : best;
        }

        MixtureFit fit = best!.Converged || best.Passes >= options.MaxPasses ? best : run.Improve(rows, best.Mixture, options.MaxPasses - best.Passes);
        return fit with { Passes = passes + (ReferenceEquals(fit, best) ? 0 : fit.Passes) };
    }

    /// <summary>Continues from a mixture, as the one in force.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <param name="start">Where to start.</param>
    /// <param name="options">How; the number of components is the start's.</param>
    public static MixtureFit Refit(ReadOnlySpan<double> rows, GaussianMixture start, MixtureFitOptions options) =>
        new MixtureRun(start.Dimension, options, rows).Improve(rows, start, options.MaxPasses);

    /// <summary>One pass with a regularisation in absolute units: the next mixture, nothing removed, and the log likelihood of the sample under the present one.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <param name="mixture">The present mixture.</param>
    /// <param name="shape">Freedom of the covariances.</param>
    /// <param name="regularization">Added to each variance, in squared units of the data.</param>
    public static (GaussianMixture Next, double LogLikelihood) Step(ReadOnlySpan<double> rows, GaussianMixture mixture, CovarianceShape shape, double regularization)
    {
        double[] added = new double[mixture.Dimension];
        Array.Fill(added, regularization);
        var step = new MixtureStep(mixture.Dimension);
        double log = step.Run(mixture, rows);
        return (MixtureMaximization.Next(step, mixture, shape, added, leastCount: 0)!, log);
    }

    /// <summary>Log densities of rows and the responsibilities of the components for them.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <param name="mixture">The mixture.</param>
    /// <param name="logDensities">n; receives log densities.</param>
    /// <param name="responsibilities">n×K, or empty when not wanted.</param>
    /// <param name="degreesOfFreedom">ν of the components; +∞ for Gaussian ones.</param>
    public static void Evaluate(
        ReadOnlySpan<double> rows, GaussianMixture mixture, Span<double> logDensities, Span<double> responsibilities, double degreesOfFreedom = double.PositiveInfinity) =>
        new MixtureStep(mixture.Dimension, degreesOfFreedom).Evaluate(mixture, rows, logDensities, responsibilities);

    /// <summary>−Σ r ln r over rows and components: 0 when every row belongs to one.</summary>
    /// <param name="responsibilities">n×K.</param>
    public static double Entropy(ReadOnlySpan<double> responsibilities)
    {
        double sum = 0;
        foreach (double r in responsibilities)
        {
            sum -= r > 0 ? r * Math.Log(r) : 0;
        }

        return sum;
    }
}
