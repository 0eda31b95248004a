using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorPipeline.Streams.Frames;

/// <summary>
/// The typical time between readings: a Huber location of the logarithm of the interval, ln m ← ln m + clip(ln Δ − ln m, ±step), which
/// is m ← clip(Δ, m·e^−step, m·e^step); the step shrinks from 1 to 0.02. Exact for a regular sensor; a gap moves it by one step at most. NaN before the second reading.
/// State: 12 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct TypicalInterval
{
    private const double FinalStep = 0.02;
    private const double Near = 0.01;
    private const int Most = 1 << 20;
    private static readonly double FinalFactor = Math.Exp(FinalStep);

    private readonly double seconds;

    private TypicalInterval(double seconds, int count) => (this.seconds, Count) = (seconds, count);

    /// <summary>Number of intervals it was learned from, as far as it matters.</summary>
    public int Count { get; }

    /// <summary>The typical interval in seconds; NaN while unknown.</summary>
    public double Seconds => Count == 0 ? double.NaN : seconds;

    /// <summary>After one more interval; one that is not positive says nothing.</summary>
    public TypicalInterval Observe(TimeSpan interval) => Observe(interval.TotalSeconds);

    /// <summary>After one more interval in seconds; one that is not positive says nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TypicalInterval Observe(double observed)
    {
        // Most intervals are typical, and within every step.
        bool isNear = observed >= seconds * (1 - Near) && observed <= seconds * (1 + Near);
        return Count > 0 && isNear ? new TypicalInterval(observed, Math.Min(Count + 1, Most)) : Approach(observed);
    }

    private TypicalInterval Approach(double observed)
    {
        if (!(observed > 0))
        {
            return this;
        }

        if (Count == 0)
        {
            return new TypicalInterval(observed, 1);
        }

        double factor = Count * FinalStep < 1 ? Math.Exp(1.0 / Count) : FinalFactor;
        return new TypicalInterval(Math.Clamp(observed, seconds / factor, seconds * factor), Math.Min(Count + 1, Most));
    }

    /// <summary>A number of typical intervals as a span; zero while unknown.</summary>
    public TimeSpan Times(double number) => Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(number * Seconds, 1e10));
}
