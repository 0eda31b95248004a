using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Streams.Fusion;

/// <summary>How one member of a group has behaved: whether it repeats itself for longer than by chance, and how often it is left out. State: 88 bytes.</summary>
internal readonly record struct Conduct(RepeatedValue Repeated, double Gated, bool IsGated)
{
    private const double RepeatProbability = 0.01;
    private const int LongestUnknownRun = 16;
    private const double GateMemory = 64;
    private const double MostGated = 0.15;
    private const double FinestDecimal = 1e-9;

    /// <summary>Nothing seen.</summary>
    public static Conduct New => new(RepeatedValue.New, 0, false);

    /// <summary>Whether its latest reading is news.</summary>
    public bool IsFresh => !Repeated.IsStuck && (Repeated.KnowsItsRuns || Repeated.Length < LongestUnknownRun);

    /// <summary>Whether it was left out as one is that is wild at times: its noise is not to be learned from. One that is left out often has another noise than it had.</summary>
    public bool IsWild => IsGated && Gated < MostGated;

    /// <summary>
    /// Variance of rounding to its resolution, q²/12; 0 for a member that is not quantised. One that has only ever said one thing is taken at its last decimal (Guide to the
    /// Expression of Uncertainty in Measurement, F.2.2.1).
    /// </summary>
    public double Rounding
    {
        get
        {
            double resolution = Repeated.HasVaried ? Repeated.Resolution : LastDecimal(Repeated.Value);
            return resolution * resolution / 12;
        }
    }

    /// <summary>
    /// What of that lasts for as long as the quantity stands still, and is the same for all who round alike: noise before the rounding, of variance σ², turns it into noise by
    /// exp(−4π²σ²/q²), the square of the first harmonic of the rounding error (Widrow and Kollár 2008, chapter 4).
    /// </summary>
    public double LastingRounding(double noise) => Rounding == 0 ? 0 : Rounding * Math.Exp(-Math.PI * Math.PI / 3 * Math.Max(0, (noise / Rounding) - 1));

    /// <summary>After one more reading.</summary>
    public Conduct Observe(double value)
    {
        RepeatedValue repeated = Repeated;
        repeated.Observe(value, RepeatProbability);
        return this with { Repeated = repeated };
    }

    /// <summary>After one more frame in which it was asked.</summary>
    public Conduct Judge(bool isGated) => this with { Gated = Gated + (((isGated ? 1 : 0) - Gated) / GateMemory), IsGated = isGated };

    private static double LastDecimal(double value)
    {
        double scaled = Math.Abs(value);
        double unit = 1;
        while (unit > FinestDecimal && Math.Abs(scaled - Math.Round(scaled)) > FinestDecimal * Math.Max(1, scaled))
        {
            unit /= 10;
            scaled = Math.Abs(value) / unit;
        }

        return unit;
    }
}
