using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Tails;

/// <summary>
/// The law of deviations on one side of a stream, learned from the stream itself: how many of them lie beyond r, S(r), for any r ≥ 0 in units of a scale.
/// <para>
/// Deviations are counted in bins, of ½ up to 1 and four an octave from there to 32, each octave cut evenly. <see cref="Fit"/> smooths the counts into ln S at the edges
/// (<see cref="TailLawFit"/>), between which ln S is linear in r; beyond the last edge it continues as a power law. Until fitted it is the logistic law of
/// its prior. It remembers some 60,000 deviations: then all counts shrink by a twentieth, rounded at random by their own bits, so that rare ones
/// are neither immortal nor lost.
/// </para>
/// <para>State: 92 bytes, changed in place.</para>
/// </summary>
public struct TailLaw
{
    /// <summary>Number of bins; the last is open.</summary>
    public const int Bins = 23;

    /// <summary>The bin from which a tail is fitted, at a deviation of 1.5.</summary>
    internal const int FirstOfTail = 4;

    private const int FirstOfOctaves = 2;
    private const int FractionBits = 23;
    private const int BinBits = 2;
    private const double Memory = 60_000;
    private const double Shrinkage = 0.95;

    // ln S is kept in units of 1/512, which is finer than anything known about it, down to e⁻¹²⁸.
    private const double TableUnit = 1.0 / 512;

    // Numbers of the program itself, whose place is known; exact in binary.
    private static ReadOnlySpan<double> EdgeTable => [0, 0.5, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32];

    private static ReadOnlySpan<double> PerWidth => [2, 2, 4, 4, 4, 4, 2, 2, 2, 2, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25];

    private static readonly double LogRatio = Math.Log(EdgeTable[Bins - 1] / EdgeTable[Bins - 2]);

    private static readonly TailLaw Prior = FitPrior();

    private Counts counts;
    private Table table;

    /// <summary>A law of which nothing is known but the prior.</summary>
    public static TailLaw New => Prior;

    /// <summary>Number of deviations counted.</summary>
    public readonly double Total
    {
        get
        {
            double total = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                total += counts[bin];
            }

            return total;
        }
    }

    /// <summary>The lower edges of the bins.</summary>
    public static ReadOnlySpan<double> Edges => EdgeTable;

    /// <summary>Number of deviations counted in a bin.</summary>
    public readonly int Count(int bin) => counts[bin];

    /// <summary>Counts one more deviation; one that is not finite counts nothing.</summary>
    /// <param name="deviation">r ≥ 0.</param>
    public void Observe(double deviation)
    {
        if (deviation is >= 0 and <= double.MaxValue)
        {
            ObserveIn(BinOf(deviation));
        }
    }

    /// <summary>Counts one more deviation of a bin.</summary>
    /// <param name="bin">As <see cref="BinOf"/> answers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ObserveIn(int bin)
    {
        ref ushort count = ref counts[bin];
        count = count == ushort.MaxValue ? count : (ushort)(count + 1);
    }

    /// <summary>Learns ln S from what was counted.</summary>
    /// <param name="other">The law of the other side.</param>
    /// <param name="share">How much of the other side's counts to believe of this one: 1 for a symmetrical stream, 0 for none.</param>
    /// <param name="temper">What a deviation is worth: less than 1 where neighbours are correlated.</param>
    /// <param name="trust">Whether what lies beyond everything expected counts.</param>
    public void Fit(in TailLaw other, double share, double temper, TailTrust trust)
    {
        Span<double> observed = stackalloc double[Bins];
        Span<double> logs = stackalloc double[Bins];
        double total = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            observed[bin] = temper * (counts[bin] + (share * other.counts[bin]));
            total += counts[bin];
            logs[bin] = table[bin] * -TableUnit;
        }

        TailLawFit.Fit(observed, logs, trust);
        for (int bin = 0; bin < Bins; bin++)
        {
            table[bin] = (ushort)Math.Clamp(-logs[bin] / TableUnit, 0, ushort.MaxValue);
        }

        if (total > Memory)
        {
            Shrink();
        }
    }

    /// <summary>ln S(r); 0 at and below 0.</summary>
    /// <param name="deviation">r, in scales.</param>
    /// <param name="isCoarse">Whether the stream takes few values, a step between them being wide against the scale: then S itself is linear between the edges.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double LogSurvival(double deviation, bool isCoarse) => LogSurvival(deviation, BinOf(deviation), isCoarse);

    /// <summary>The same where the deviation's bin is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double LogSurvival(double deviation, int bin, bool isCoarse)
    {
        if (bin == Bins - 1)
        {
            return Extrapolate(deviation);
        }

        double t = (deviation - EdgeTable[bin]) * PerWidth[bin];
        double from = table[bin] * -TableUnit, to = table[bin + 1] * -TableUnit;
        return isCoarse ? Math.Log(Math.Exp(from) + (t * (Math.Exp(to) - Math.Exp(from)))) : from + (t * (to - from));
    }

    /// <summary>The deviation r with ln S(r) = <paramref name="logSurvival"/>; 0 for 0 and above.</summary>
    /// <param name="logSurvival">ln S ≤ 0.</param>
    public readonly double Deviation(double logSurvival)
    {
        for (int bin = 0; bin < Bins - 1; bin++)
        {
            double from = table[bin] * -TableUnit, to = table[bin + 1] * -TableUnit;
            if (logSurvival >= to)
            {
                double t = from > to ? Math.Clamp((logSurvival - from) / (to - from), 0, 1) : 0;
                return EdgeTable[bin] + (t * (EdgeTable[bin + 1] - EdgeTable[bin]));
            }
        }

        return EdgeTable[Bins - 1] * Math.Exp(Math.Min(((table[Bins - 1] * -TableUnit) - logSurvival) / LastPower, 300));
    }

    /// <summary>Mean square of the deviations under the fitted law, as far as the last edge.</summary>
    public readonly double MeanSquare
    {
        get
        {
            double sum = 0, beyond = Math.Exp(table[0] * -TableUnit);
            for (int bin = 0; bin < Bins - 1; bin++)
            {
                double middle = 0.5 * (EdgeTable[bin] + EdgeTable[bin + 1]), width = EdgeTable[bin + 1] - EdgeTable[bin];
                double from = beyond;
                beyond = Math.Exp(table[bin + 1] * -TableUnit);
                sum += (from - beyond) * ((middle * middle) + (width * width / 12));
            }

            return sum;
        }
    }

    /// <summary>
    /// How much two sides may learn from each other: 1 while their counts beyond every edge agree to within what chance allows, falling towards 0 with e^(−χ²/2) beyond that.
    /// </summary>
    public static double Agreement(in TailLaw one, in TailLaw other)
    {
        const double Free = 6;
        const double Enough = 10;
        double a = 0, b = 0, worst = 0;
        for (int bin = Bins - 1; bin >= FirstOfTail; bin--)
        {
            a += one.counts[bin];
            b += other.counts[bin];
            worst = a + b >= Enough ? Math.Max(worst, (a - b) * (a - b) / (a + b)) : worst;
        }

        return Math.Exp(-0.5 * Math.Max(0, worst - Free));
    }

    // Powers of the last bin, but never flatter than a tail without a mean.
    private readonly double LastPower => Math.Max(1, (table[Bins - 1] - table[Bins - 2]) * TableUnit / LogRatio);

    /// <summary>The bin that a deviation is counted in.</summary>
    /// <param name="deviation">r ≥ 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BinOf(double deviation)
    {
        // Exponent and the first two bits of the fraction number the bins of the octaves; ½ to 1, four of their steps, is one bin. Which bin is as good as random, so there is no branch: the
        // compiler would make one of a choice between whole numbers, not of the least of vectors. A zero may bear a sign, so the bits are shifted before they are subtracted.
        Vector128<int> step = (Vector128.CreateScalarUnsafe((float)deviation).AsInt32() >> (FractionBits - BinBits)) - Vector128.CreateScalarUnsafe(BitConverter.SingleToInt32Bits(1) >> (FractionBits - BinBits));
        Vector128<int> below = Vector128.CreateScalarUnsafe(1) + ((step + Vector128.CreateScalarUnsafe(1 << BinBits)) >> 31);
        return Vector128.Min(Vector128.Max(step + Vector128.CreateScalarUnsafe(FirstOfOctaves), below), Vector128.CreateScalarUnsafe(Bins - 1)).ToScalar();
    }

    private readonly double Extrapolate(double deviation) =>
        (table[Bins - 1] * -TableUnit) - (LastPower * Math.Log(deviation / EdgeTable[Bins - 1]));

    private static TailLaw FitPrior()
    {
        var law = default(TailLaw);
        law.Fit(default, 0, 1, TailTrust.Whole);
        return law;
    }

    // The hash is over all counts: one of a bin alone would round the same count the same way for ever, and most small ones up.
    private void Shrink()
    {
        uint bits = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            bits = (bits ^ counts[bin]) * 2_654_435_761;
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            bits = (bits ^ (bits >> 15)) * 2_654_435_761;
            counts[bin] = (ushort)((Shrinkage * counts[bin]) + (bits * (1.0 / (1L << 32))));
        }
    }

    [InlineArray(Bins)]
    private struct Counts
    {
        private ushort element;
    }

    [InlineArray(Bins)]
    private struct Table
    {
        private ushort element;
    }
}
