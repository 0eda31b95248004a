using System.Runtime.CompilerServices;

namespace SensorPipeline.Statistics.Tails;

/// <summary>
/// Smooths binned deviations into a law S(r) by the hazard of each bin, h = −d ln S/d ln r.
/// <para>
/// From a deviation of 1.5 on the hazard is taken as A·r^b locally, b from a power law (0) over an exponential (1) and a normal tail (2) to one that ends (5). For each b
/// a gamma posterior of A is carried from bin to bin, forgetting as deaths come in (a discounted Poisson–gamma filter; West and Harrison, 1997), the more the steeper b is, since
/// deviations are themselves known to some 7 % only, and nearly all where deaths contradict it. Its predictive
/// likelihood weighs b; S falls by the posterior predictive mean over all b. Where the data end every b continues by itself and their mean is taken of S, so that what
/// is not known makes the tail fatter. Below, counts with a logistic prior.
/// </para>
/// <para>
/// Deviations that do not belong would widen the tail meant to catch them. Beyond the edge where the law so far puts S at 5·10⁻⁵, a number far above what it expects, or a power law
/// in its place, is replaced by that expectation: an expectation–maximisation step of the truncated likelihood, one a fit.
/// </para>
/// </summary>
internal static class TailLawFit
{
    private const int Bins = TailLaw.Bins;
    private const int First = TailLaw.FirstOfTail;
    private const int Shapes = 7;
    private const double PriorReadings = 16;
    private const double PriorDeaths = 2;
    private const double PriorHazard = 3;
    private const double HazardRetained = 0.7;
    private const double SquaredErrorOfDeviations = 0.005;
    private const double Surprising = 16;
    private const double EvidenceRetained = 0.4;
    private const double FreshDeaths = 10;
    private const double HeavyPrior = 0.2;
    private const double NobodyLeft = 0.05;
    private const double SmallestProduct = 1e-30;
    private static readonly double LogDoubtful = Math.Log(5e-5);
    private static readonly double[] Exponents = [0, 0.5, 1, 1.5, 2, 3, 5];
    private static readonly double[] Squares = [.. Exponents.Select(b => b * b)];
    private static readonly double[] Logistic = [1, 0.617, 0.317, 0.211, 0.134];
    private static readonly double[] Width = Widths();

    /// <summary>Fits the law.</summary>
    /// <param name="counts">Deviations in each bin.</param>
    /// <param name="logs">On entry ln S at the lower edges as fitted before, on return as fitted now.</param>
    /// <param name="trust">What to make of deviations beyond everything expected.</param>
    public static void Fit(ReadOnlySpan<double> counts, Span<double> logs, TailTrust trust)
    {
        double total = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            total += counts[bin];
        }

        int end = Bins - 1;
        double doubted = trust == TailTrust.Whole || total == 0 ? 0 : Doubt(counts, logs, total, trust, ref end);
        double atRisk = FitBody(counts, logs, total) - doubted;
        var filter = default(Filter);
        filter.Start();
        for (int bin = First; bin < Bins - 1; bin++)
        {
            if (bin >= end || atRisk < NobodyLeft)
            {
                filter.Extrapolate(logs, bin);
                return;
            }

            logs[bin + 1] = logs[bin] + filter.Step(bin, counts[bin], atRisk);
            atRisk -= counts[bin];
        }
    }

    // How many of the deviations beyond the doubtful edge do not count.
    private static double Doubt(ReadOnlySpan<double> counts, ReadOnlySpan<double> logs, double total, TailTrust trust, ref int end)
    {
        int cut = First + 1;
        while (cut < Bins - 1 && logs[cut] > LogDoubtful)
        {
            cut++;
        }

        double beyond = 0;
        for (int bin = cut; bin < Bins; bin++)
        {
            beyond += counts[bin];
        }

        double expected = total * Math.Exp(logs[cut]);
        double allowed = trust == TailTrust.WhileExpected ? Allowed(logs, cut, total) : 0;
        if (beyond <= allowed)
        {
            return 0;
        }

        end = cut;
        return Math.Max(0, beyond - expected);
    }

    // Three standard deviations above what the law brings, or a power law that continues from the bin before: a law that believed its own steepness would never see it was wrong.
    private static double Allowed(ReadOnlySpan<double> logs, int cut, double total)
    {
        double power = (logs[cut - 2] - logs[cut - 1]) / Math.Log(TailLaw.Edges[cut - 1] / TailLaw.Edges[cut - 2]);
        double continued = logs[cut - 1] - (power * Math.Log(TailLaw.Edges[cut] / TailLaw.Edges[cut - 1]));
        double expected = total * Math.Exp(Math.Max(logs[cut], continued));
        return expected + (3 * Math.Sqrt(expected)) + 0.5;
    }

    private static double FitBody(ReadOnlySpan<double> counts, Span<double> logs, double total)
    {
        double beyond = total;
        logs[0] = 0;
        for (int edge = 1; edge <= First; edge++)
        {
            beyond -= counts[edge - 1];
            logs[edge] = Math.Log((beyond + (PriorReadings * Logistic[edge])) / (total + PriorReadings));
        }

        return beyond;
    }

    // ∫ r^(b−1) dr over a bin, with r in units of the tail's first edge.
    private static double[] Widths()
    {
        var widths = new double[Shapes * Bins];
        for (int shape = 0; shape < Shapes; shape++)
        {
            for (int bin = First; bin < Bins - 1; bin++)
            {
                double from = TailLaw.Edges[bin] / TailLaw.Edges[First], to = TailLaw.Edges[bin + 1] / TailLaw.Edges[First], b = Exponents[shape];
                widths[(shape * Bins) + bin] = b == 0 ? Math.Log(to / from) : (Math.Pow(to, b) - Math.Pow(from, b)) / b;
            }
        }

        return widths;
    }

    // The gamma posteriors of the hazard's factor and the evidence, one for each exponent.
    private ref struct Filter
    {
        private Lane deaths;
        private Lane exposure;
        private Lane evidence;
        private Lane weight;

        public void Start()
        {
            for (int shape = 0; shape < Shapes; shape++)
            {
                deaths[shape] = PriorDeaths;
                exposure[shape] = PriorDeaths / PriorHazard;
                weight[shape] = 1.0 / Shapes;
            }
        }

        // By how much ln S falls over a bin, after taking in the deaths there.
        public double Step(int bin, double died, double atRisk)
        {
            double fresh = died / (died + FreshDeaths);
            double retainedHazard = Math.Pow(HazardRetained, fresh), retainedEvidence = Math.Pow(EvidenceRetained, fresh), heavy = HeavyPrior * (1 - fresh);
            double most = double.NegativeInfinity;
            for (int shape = 0; shape < Shapes; shape++)
            {
                evidence[shape] = (retainedEvidence * evidence[shape]) + TakeIn(shape, Width[(shape * Bins) + bin], died, atRisk - died);
                weight[shape] = evidence[shape] - (heavy * Exponents[shape]);
                most = Math.Max(most, weight[shape]);
            }

            double weights = 0, survival = 0;
            for (int shape = 0; shape < Shapes; shape++)
            {
                weight[shape] = Math.Exp(weight[shape] - most);
                weights += weight[shape];
                survival += weight[shape] * Survive(shape, Width[(shape * Bins) + bin]);
                double kept = Math.Max(PriorDeaths, retainedHazard * deaths[shape] / (1 + (fresh * Squares[shape] * SquaredErrorOfDeviations * deaths[shape])));
                exposure[shape] *= kept / deaths[shape];
                deaths[shape] = kept;
            }

            for (int shape = 0; shape < Shapes; shape++)
            {
                weight[shape] /= weights;
            }

            return Math.Log(Math.Max(survival / weights, SmallestProduct));
        }

        // Every exponent continues by itself; the mean is of S.
        public void Extrapolate(Span<double> logs, int from)
        {
            double start = logs[from];
            for (int bin = from; bin < Bins - 1; bin++)
            {
                double survival = 0;
                for (int shape = 0; shape < Shapes; shape++)
                {
                    double width = Width[(shape * Bins) + bin];
                    weight[shape] *= Survive(shape, width);
                    exposure[shape] += width;
                    survival += weight[shape];
                }

                logs[bin + 1] = start + Math.Log(Math.Max(survival, SmallestProduct));
            }
        }

        // Posterior predictive probability of outliving a width: (β/(β+w))^α.
        private double Survive(int shape, double width) => Math.Exp(-deaths[shape] * Math.Log(1 + (width / exposure[shape])));

        // Adds deaths and exposure; ln of their negative binomial probability, without what all exponents share. Who dies in a bin is at risk for a part of it, by the hazard so far.
        private double TakeIn(int shape, double width, double died, double outlived)
        {
            double a = deaths[shape], b = exposure[shape];
            double hazard = a / b * width;
            double part = hazard < 1e-3 ? 0.5 : (1 / hazard) - (1 / (Math.Exp(hazard) - 1));
            double time = width * (outlived + (died * part));
            double kept = Kept(died, a / b * time, a);
            deaths[shape] = (kept * a) + died;
            exposure[shape] = (kept * b) + time;
            double logLikelihood = -a * Math.Log(1 + (time / b));
            return died == 0 ? logLikelihood : logLikelihood + LogGamma(a + died) - LogGamma(a) + (died * Math.Log(time / (b + time)));
        }

        // What to keep of a hazard that is worth so many deaths after as many as came where a mean was expected: all of it while four standard deviations explain them; else its error is
        // their excess over chance (DerSimonian and Laird's moments).
        private static double Kept(double died, double mean, double worth)
        {
            double square = (died - mean) * (died - mean);
            if (square <= Surprising * (mean + (mean * mean / worth)))
            {
                return 1;
            }

            double error = ((square - mean) / (mean * mean)) - (1 / worth);
            return Math.Max(PriorDeaths / worth, 1 / (1 + (worth * error)));
        }

        // Stirling's series, for arguments of at least 2.
        private static double LogGamma(double x) => ((x - 0.5) * Math.Log(x)) - x + (1 / (12 * x)) - (1 / (360 * x * x * x));
    }

    [InlineArray(Shapes)]
    private struct Lane
    {
        private double element;
    }
}
