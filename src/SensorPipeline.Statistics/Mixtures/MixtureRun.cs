namespace SensorPipeline.Statistics.Mixtures;

/// <summary>A run of expectation maximisation on one sample: its buffers, its regularisation, its starts.</summary>
internal sealed class MixtureRun
{
    private const double LeastDegreesOfFreedom = 2.5;

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

            // A channel that never moves still needs a variance to divide by; one without a reading has none to add to.
            double variance = moments.PopulationVariance > 0 ? moments.PopulationVariance : 1, step = Resolution(rows, j);
            center[j] = moments.Mean;
            deviation[j] = Math.Sqrt(variance);
            added[j] = double.IsNaN(moments.Mean) ? 0 : Math.Max(options.Regularization * variance, step * step / 12);
        }
    }

    /// <summary>What is added to each variance: the share asked for, at least the variance of rounding to the channel's resolution.</summary>
    internal ReadOnlySpan<double> Regularization => added;

    internal GaussianMixture Start(ReadOnlySpan<double> rows, Random random)
    {
        double[] sample = Sample(rows), scaled = new double[sample.Length];
        for (int i = 0; i < sample.Length; i++)
        {
            scaled[i] = (sample[i] - center[i % d]) / deviation[i % d];
        }

        int[] labels = KMeans.Assign(scaled, d, options.Components, random);
        return MixtureMaximization.FromLabels(sample, labels, d, options.Components, options.Shape, added);
    }

    /// <summary>The complete rows where they are enough to start from, else all of them with means in place of what is missing.</summary>
    private double[] Sample(ReadOnlySpan<double> rows)
    {
        double[] complete = new double[rows.Length];
        int length = 0;
        for (int at = 0; at < rows.Length; at += d)
        {
            if (!MissingPattern.IsIncomplete(rows.Slice(at, d)))
            {
                rows.Slice(at, d).CopyTo(complete.AsSpan(length));
                length += d;
            }
        }

        if (length >= rows.Length / 2)
        {
            return complete[..length];
        }

        double[] filled = rows.ToArray();
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = double.IsNaN(filled[i]) ? center[i % d] : filled[i];
        }

        return filled;
    }

    /// <summary>The least step between the values of a channel that repeats itself; 0 for one that does not.</summary>
    private double Resolution(ReadOnlySpan<double> rows, int channel)
    {
        double[] values = new double[rows.Length / d];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = rows[(i * d) + channel];
        }

        Array.Sort(values);
        int different = 1;
        double step = double.PositiveInfinity;
        for (int i = 1; i < values.Length; i++)
        {
            // NaN sorts first.
            if (values[i] > values[i - 1])
            {
                different++;
                step = Math.Min(step, values[i] - values[i - 1]);
            }
        }

        return different > 1 && different < values.Length / 2 ? step : 0;
    }

    internal MixtureFit Improve(ReadOnlySpan<double> rows, GaussianMixture mixture, int mostPasses)
    {
        int n = rows.Length / d;
        double last = step.Run(mixture, rows);
        bool converged = false;
        int passes = 1;
        while (passes < mostPasses && !converged)
        {
            GaussianMixture? next = MixtureMaximization.Next(step, mixture, options.Shape, added, Math.Max(options.LeastCount, d + 1));
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

    /// <summary>The same with Student components of common degrees of freedom, which are fitted too; not below 2.5, so that there are covariances.</summary>
    internal MixtureFit ImproveStudent(ReadOnlySpan<double> rows, GaussianMixture mixture, double degreesOfFreedom, int mostPasses)
    {
        int n = rows.Length / d;
        var best = new MixtureFit(mixture, double.NegativeInfinity, 0, Converged: false, double.PositiveInfinity) { DegreesOfFreedom = degreesOfFreedom };
        for (int passes = 1; passes <= mostPasses && !best.Converged; passes++)
        {
            var student = new MixtureStep(d, degreesOfFreedom);
            double log = student.Run(mixture, rows);
            bool sameSize = mixture.Components == best.Mixture.Components;
            if (sameSize && log < best.LogLikelihood)
            {
                return best with { Passes = passes, Converged = true };
            }

            bool isOver = sameSize && (log - best.LogLikelihood) / n < options.Tolerance;
            best = new(mixture, log, passes, isOver, 0) { DegreesOfFreedom = degreesOfFreedom };
            best = best with { Bayesian = InformationCriterion.Bayesian(log, best.Parameters, n) };
            if (MixtureMaximization.Next(student, mixture, CovarianceShape.Full, added, Math.Max(options.LeastCount, d + 1)) is not { } next)
            {
                return best;
            }

            degreesOfFreedom = Math.Max(StudentMixture.Solve(1 + (student.TailStatistic / n)), LeastDegreesOfFreedom);
            mixture = next;
        }

        return best;
    }
}
