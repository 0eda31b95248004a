using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Streams.Fusion;

/// <summary>How one member of a group has behaved: whether it repeats itself for longer than by chance, and how often it is left out. State: 88 bytes.</summary>
internal readonly record struct Conduct(RepeatedValue Repeated, double Gated, bool IsGated)
{
    private const double RepeatProbability = 0.01;
    private const int LongestUnknownRun = 16;
    private const double GateMemory = 64;
    private const double MostGated = 0.15;

    /// <summary>Nothing seen.</summary>
    public static Conduct New => new(RepeatedValue.New, 0, false);

    /// <summary>Whether its latest reading is news.</summary>
    public bool IsFresh => !Repeated.IsStuck && (Repeated.KnowsItsRuns || Repeated.Length < LongestUnknownRun);

    /// <summary>Whether it was left out as one is that is wild at times: its noise is not to be learned from. One that is left out often has another noise than it had.</summary>
    public bool IsWild => IsGated && Gated < MostGated;

    /// <summary>After one more reading.</summary>
    public Conduct Observe(double value)
    {
        RepeatedValue repeated = Repeated;
        repeated.Observe(value, RepeatProbability);
        return this with { Repeated = repeated };
    }

    /// <summary>After one more frame in which it was asked.</summary>
    public Conduct Judge(bool isGated) => this with { Gated = Gated + (((isGated ? 1 : 0) - Gated) / GateMemory), IsGated = isGated };
}
