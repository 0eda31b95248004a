using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>The log tail of the standard Student t for degrees of freedom that seldom change: what depends on them alone is computed once. State: two doubles.</summary>
public readonly record struct StudentTTail
{
    private readonly double constant;

    /// <summary>Prepares the tail.</summary>
    /// <param name="degreesOfFreedom">ν &gt; 0; may be infinite.</param>
    public StudentTTail(double degreesOfFreedom)
    {
        DegreesOfFreedom = degreesOfFreedom;
        constant = SpecialFunctions.LogStudentConstant(degreesOfFreedom);
    }

    /// <summary>ν.</summary>
    public double DegreesOfFreedom { get; }

    /// <summary>ln P(T &gt; t) for t &gt; 0.</summary>
    /// <param name="t">Residual over scale.</param>
    public double LogSurvivalProbability(double t) => double.IsPositiveInfinity(DegreesOfFreedom)
        ? Normal.LogTail(t)
        : SpecialFunctions.LogStudentTail(t, DegreesOfFreedom, constant);
}
