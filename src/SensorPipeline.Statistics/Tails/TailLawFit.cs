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
    private const double SquaredErrorOfDeviations = 0.005;
    private const double Surprising = 16;
    private const double FreshDeaths = 10;
    private const double HeavyPrior = 0.2;
    private const double NobodyLeft = 0.05;
    private const double SmallestProduct = 1e-30;
    private static readonly double LogHazardRetained = Math.Log(0.7);
    private static readonly double LogEvidenceRetained = Math.Log(0.4);
    private static readonly double LogDoubtful = Math.Log(5e-5);

    // The eighth of an octet is idle, and impossible.
    private static readonly double[] Exponents = [0, 0.5, 1, 1.5, 2, 3, 5, 5];
    private static readonly double[] NoEvidence = [0, 0, 0, 0, 0, 0, 0, double.NegativeInfinity];
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
        var widths = new double[Bins * Octet.Count];
        for (int bin = First; bin < Bins - 1; bin++)
        {
            double from = TailLaw.Edges[bin] / TailLaw.Edges[First], to = TailLaw.Edges[bin + 1] / TailLaw.Edges[First];
            for (int shape = 0; shape < Octet.Count; shape++)
            {
                double b = Exponents[shape];
                widths[(bin * Octet.Count) + shape] = b == 0 ? Math.Log(to / from) : (Math.Pow(to, b) - Math.Pow(from, b)) / b;
            }
        }

        return widths;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Octet WidthOf(int bin) => Octet.Load(Width.AsSpan(bin * Octet.Count, Octet.Count));

    // The gamma posteriors of the hazard's factor and the evidence, one for each exponent.
    private ref struct Filter
    {
        private Octet deaths;
        private Octet exposure;
        private Octet evidence;
        private Octet weight;

        public void Start()
        {
            deaths = PriorDeaths;
            exposure = PriorDeaths / PriorHazard;
            evidence = Octet.Load(NoEvidence);
            weight = Octet.Exp(evidence) / Shapes;
        }

        // By how much ln S falls over a bin, after taking in the deaths there.
        public double Step(int bin, double died, double atRisk)
        {
            Octet width = WidthOf(bin);
            double fresh = died / (died + FreshDeaths);
            Octet exponents = Octet.Load(Exponents);
            evidence = (Math.Exp(fresh * LogEvidenceRetained) * evidence) + TakeIn(width, died, atRisk - died);
            weight = evidence - (HeavyPrior * (1 - fresh) * exponents);
            weight = Octet.Exp(weight - Octet.Greatest(weight));
            double weights = Octet.Sum(weight), survival = Octet.Sum(weight * Survive(width));
            weight /= weights;
            Octet kept = Octet.Max(PriorDeaths, Math.Exp(fresh * LogHazardRetained) * deaths / (1 + (fresh * SquaredErrorOfDeviations * exponents * exponents * deaths)));
            exposure *= kept / deaths;
            deaths = kept;
            return Math.Log(Math.Max(survival / weights, SmallestProduct));
        }

        // Every exponent continues by itself; the mean is of S.
        public void Extrapolate(Span<double> logs, int from)
        {
            double start = logs[from];
            for (int bin = from; bin < Bins - 1; bin++)
            {
                Octet width = WidthOf(bin);
                weight *= Survive(width);
                exposure += width;
                logs[bin + 1] = start + Math.Log(Math.Max(Octet.Sum(weight), SmallestProduct));
            }
        }

        // Posterior predictive probability of outliving a width: (β/(β+w))^α.
        private readonly Octet Survive(Octet width) => Octet.Exp(-deaths * Octet.Log(1 + (width / exposure)));

        // Adds deaths and exposure; ln of their negative binomial probability, without what all exponents share. Who dies in a bin is at risk for a part of it, by the hazard so far.
        private Octet TakeIn(Octet width, double died, double outlived)
        {
            Octet a = deaths, b = exposure;
            Octet time = width * (outlived + (died * PartAtRisk(width, died)));
            Octet kept = Kept(died, a / b * time, a);
            deaths = (kept * a) + died;
            exposure = (kept * b) + time;
            Octet logLikelihood = -a * Octet.Log(1 + (time / b));
            return died == 0 ? logLikelihood : logLikelihood + LogGamma(a + died) - LogGamma(a) + (died * Octet.Log(time / (b + time)));
        }

        private readonly Octet PartAtRisk(Octet width, double died)
        {
            if (died == 0)
            {
                return 0;
            }

            Octet hazard = deaths / exposure * width;
            return Octet.WhereBelow(hazard, 1e-3, 0.5, (1 / hazard) - (1 / (Octet.Exp(hazard) - 1)));
        }

        // What to keep of a hazard that is worth so many deaths after as many as came where a mean was expected: all of it while four standard deviations explain them; else its error is
        // their excess over chance (DerSimonian and Laird's moments).
        private static Octet Kept(double died, Octet mean, Octet worth)
        {
            Octet square = (died - mean) * (died - mean);
            Octet error = ((square - mean) / (mean * mean)) - (1 / worth);
            Octet unsurprised = (Surprising * (mean + (mean * mean / worth))) - square;
            return Octet.WhereBelow(unsurprised, 0, Octet.Max(PriorDeaths / worth, 1 / (1 + (worth * error))), 1);
        }

        // Stirling's series, for arguments of at least 2.
        private static Octet LogGamma(Octet x) => ((x - 0.5) * Octet.Log(x)) - x + (1 / (12 * x)) - (1 / (360 * x * x * x));
    }
}
