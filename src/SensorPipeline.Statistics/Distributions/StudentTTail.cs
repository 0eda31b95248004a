using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>The log tail of the standard Student t for degrees of freedom that seldom change: what depends on them alone is computed once. State: four doubles.</summary>
public readonly record struct StudentTTail
{
    private readonly double constant;
    private readonly double inverse;
    private readonly double wallace;

    /// <summary>Prepares the tail.</summary>
    /// <param name="degreesOfFreedom">ν &gt; 0; may be infinite.</param>
    public StudentTTail(double degreesOfFreedom)
    {
        DegreesOfFreedom = degreesOfFreedom;
        constant = SpecialFunctions.LogStudentConstant(degreesOfFreedom);
        inverse = 1 / degreesOfFreedom;
        wallace = ((8 * degreesOfFreedom) + 1) / ((8 * degreesOfFreedom) + 3) * Math.Sqrt(degreesOfFreedom);
    }

    /// <summary>ν.</summary>
    public double DegreesOfFreedom { get; }

    /// <summary><see cref="StudentT.NormalScore"/> for these degrees of freedom.</summary>
    /// <param name="t">Residual over scale.</param>
    public double NormalScore(double t)
    {
        double x = t * t * inverse;

        // The plain logarithm has lost half its digits at 1e-8, which is still thousands of times better than the approximation.
        return x > 1e-8 && double.IsFinite(DegreesOfFreedom) ? Math.CopySign(wallace * Math.Sqrt(Math.Log(1 + x)), t) : t;
    }

    /// <summary>ln P(T &gt; t) for t &gt; 0.</summary>
    /// <param name="t">Residual over scale.</param>
    public double LogSurvivalProbability(double t) => double.IsPositiveInfinity(DegreesOfFreedom)
        ? Normal.LogTail(t)
        : SpecialFunctions.LogStudentTail(t, DegreesOfFreedom, constant);
}
