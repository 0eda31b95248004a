namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// Finds a mixture and its number of components: for K = 1, 2, … the most likely of k-means++ starts, of the best mixture of K − 1 with one component split, and of the mixture known
/// before; then, downwards, of the best of K + 1 with two components combined. The criterion decides among the sizes, and where tails are fat between Gaussian and Student components, whose few do what
/// takes many Gaussian ones. Deterministic; bounded by a budget of work, not of time.
/// </summary>
public sealed class MixtureSearch
{
    private const int TrialPasses = 10;
    private const int Beyond = 2;
    private const int Starts = 3;
    private const double RowsPerOwnParameter = 3;
    private const double TrialDegreesOfFreedom = 30;
    private const double StartingDegreesOfFreedom = 8;

    // Student components have to be clearly better: very strong evidence by Kass and Raftery (1995).
    private const double StudentCharge = 10;

    private readonly double[] rows;
    private readonly int d;
    private readonly int n;
    private readonly MixtureSearchOptions options;
    private readonly MixtureRun run;
    private readonly MixtureFit?[] best;
    private readonly double[] scores;
    private double work;

    private MixtureSearch(double[] rows, int dimension, MixtureSearchOptions options)
    {
        (this.rows, d, n, this.options) = (rows, dimension, rows.Length / dimension, options);
        run = new MixtureRun(dimension, Of(1), rows);
        best = new MixtureFit?[options.MaximumComponents + 1];
        scores = new double[options.MaximumComponents + 1];
        Array.Fill(scores, double.PositiveInfinity);
    }

    /// <summary>The mixture with the least criterion; null of too few rows.</summary>
    /// <param name="rows">n×d, row-major, NaN where missing.</param>
    /// <param name="dimension">d.</param>
    /// <param name="options">How.</param>
    /// <param name="known">A mixture to start from too; the only start where a channel has hardly a reading.</param>
    /// <param name="degreesOfFreedom">ν of its components; +∞ of Gaussian ones.</param>
    public static MixtureFit? Fit(
        double[] rows, int dimension, MixtureSearchOptions options, GaussianMixture? known = null, double degreesOfFreedom = double.PositiveInfinity) =>
        Run(rows, dimension, options, known, degreesOfFreedom).Least;

    /// <summary>The mixture with the least criterion; null of too few rows.</summary>
    internal MixtureFit? Least => best[LeastComponents()];

    /// <summary>The least criterion found for each number of components, from 0; +∞ where there is none.</summary>
    internal ReadOnlySpan<double> Criteria => scores;

    /// <summary>Searches as <see cref="Fit"/> does, and keeps what it found on the way.</summary>
    internal static MixtureSearch Run(
        double[] rows, int dimension, MixtureSearchOptions options, GaussianMixture? known = null, double degreesOfFreedom = double.PositiveInfinity)
    {
        var search = new MixtureSearch(rows, dimension, options);
        if (known is not null && search.Allows(known.Components))
        {
            search.Try(known);
        }

        if (search.EveryChannelReads())
        {
            search.Climb();
        }

        search.FattenTails();
        if (known is not null && double.IsFinite(degreesOfFreedom) && search.Allows(known.Components))
        {
            search.TryStudent(known, degreesOfFreedom);
        }

        return search;
    }

    private void Climb()
    {
        for (int k = 1; Allows(k) && k <= Math.Max(LeastComponents(), 1) + Beyond && work < options.Work; k++)
        {
            FromRows(k);
            if (k > 1 && best[k - 1] is { } smaller)
            {
                FromSplits(smaller.Mixture);
            }
        }

        for (int k = options.MaximumComponents; k > 1 && work < options.Work; k--)
        {
            if (best[k] is { } larger && MixtureMoves.Fewer(larger.Mixture) is { } fewer)
            {
                Try(fewer);
            }
        }
    }

    /// <summary>Student components from the number found downwards, started from the Gaussian ones of that number and from the Student ones of one more.</summary>
    private void FattenTails()
    {
        GaussianMixture? fewer = null;
        for (int k = LeastComponents(); k > 0 && work < options.Work; k--)
        {
            if (best[k] is not { } fit || !HasFatTails(fit))
            {
                continue;
            }

            MixtureFit student = TryStudent(fit.Mixture, StartingDegreesOfFreedom);
            if (fewer is not null)
            {
                MixtureFit other = TryStudent(fewer, student.DegreesOfFreedom);
                student = other.LogLikelihood > student.LogLikelihood ? other : student;
            }

            fewer = MixtureMoves.Fewer(student.Mixture);
        }
    }

    /// <summary>Whether components as they are do better with slightly fatter tails.</summary>
    private bool HasFatTails(MixtureFit fit)
    {
        double[] logs = new double[n];
        MixtureFit.Evaluate(rows, fit.Mixture, logs, [], TrialDegreesOfFreedom);
        work += (double)n * fit.Mixture.Components;
        return logs.Sum() > fit.LogLikelihood;
    }

    private MixtureFit TryStudent(GaussianMixture start, double degreesOfFreedom)
    {
        MixtureFit fit = run.ImproveStudent(rows, start, degreesOfFreedom, new MixtureFitOptions().MaxPasses);
        work += (double)fit.Passes * n * start.Components;
        double score = Score(fit) + StudentCharge;
        int k = fit.Mixture.Components;
        if (score < scores[k])
        {
            (best[k], scores[k]) = (fit, score);
        }

        return fit;
    }

    private void FromRows(int k)
    {
        MixtureFit fit = MixtureFit.Fit(rows, d, Of(k));
        work += (double)fit.Passes * n * k;
        Keep(fit);
    }

    private void FromSplits(GaussianMixture smaller)
    {
        MixtureFit? promising = null;
        for (int k = 0; k < smaller.Components; k++)
        {
            MixtureFit trial = Improve(MixtureMoves.Split(smaller, k), TrialPasses);
            promising = promising is null || trial.LogLikelihood > promising.LogLikelihood ? trial : promising;
        }

        if (promising is not null)
        {
            Try(promising.Mixture);
        }
    }

    private void Try(GaussianMixture start) => Keep(Improve(start, new MixtureFitOptions().MaxPasses));

    private MixtureFit Improve(GaussianMixture start, int passes)
    {
        MixtureFit fit = run.Improve(rows, start, passes);
        work += (double)fit.Passes * n * start.Components;
        return fit;
    }

    private void Keep(MixtureFit fit)
    {
        int k = fit.Mixture.Components;
        if (best[k] is null || fit.LogLikelihood > best[k]!.LogLikelihood)
        {
            (best[k], scores[k]) = (fit, Score(fit));
        }
    }

    private double Score(MixtureFit fit)
    {
        if (options.Criterion == MixtureCriterion.Bayesian)
        {
            return fit.Bayesian;
        }

        double[] logs = new double[n], shares = new double[n * fit.Mixture.Components];
        MixtureFit.Evaluate(rows, fit.Mixture, logs, shares, fit.DegreesOfFreedom);
        return InformationCriterion.IntegratedCompleted(fit.Bayesian, MixtureFit.Entropy(shares));
    }

    private int LeastComponents() => Array.IndexOf(scores, scores.Min());

    private bool Allows(int components) => components <= options.MaximumComponents &&
        n >= options.RowsPerParameter * InformationCriterion.Parameters(components, d, CovarianceShape.Full);

    private bool EveryChannelReads()
    {
        for (int j = 0; j < d; j++)
        {
            int readings = 0;
            for (int i = j; i < rows.Length; i += d)
            {
                readings += double.IsNaN(rows[i]) ? 0 : 1;
            }

            if (readings < Math.Max(n / 10, d + 1))
            {
                return false;
            }
        }

        return true;
    }

    private MixtureFitOptions Of(int components) => new()
    {
        Components = components,
        Seed = options.Seed,
        Restarts = Starts,
        // A component with hardly more rows than parameters describes those rows and nothing else.
        LeastCount = RowsPerOwnParameter * InformationCriterion.Parameters(1, d, CovarianceShape.Full),
    };
}
