using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Robust;

/// <summary>
/// Degrees of freedom of a Student-t stream, learned from the weights its location already computes.
/// <para>
/// L is the forgetful mean of ln w − w + ψ((ν+1)/2) − ln((ν+1)/2); every few dozen data <see cref="Solve()"/> finds ν with ln(ν/2) − ψ(ν/2) + 1 + L = 0 by Newton's
/// method in ln ν, within [2.1, 60]. Reference: Peel and McLachlan (2000). It needs some 500 data to mean anything, and no flagged ones.
/// </para>
/// <para>State: four doubles.</para>
/// </summary>
public readonly record struct DegreesOfFreedom : IForgetful<DegreesOfFreedom>
{
    /// <summary>Smallest answer; a fatter tail has no variance.</summary>
    public const double Least = 2.1;

    /// <summary>Largest answer; from here on the tail is as good as normal.</summary>
    public const double Most = 60;

    private readonly double sum;
    private readonly double weight;
    private readonly double nu;
    private readonly double expectation;

    private DegreesOfFreedom(double sum, double weight, double nu, double expectation)
    {
        this.sum = sum;
        this.weight = weight;
        this.nu = nu;
        this.expectation = expectation;
    }

    /// <summary>The last solution.</summary>
    public double Value => nu;

    /// <summary>Effective number of weights behind the statistic, prior included.</summary>
    public double Weight => weight;

    /// <summary>Starts at a value, as if a number of data had agreed with it.</summary>
    /// <param name="degreesOfFreedom">ν, as 8.</param>
    /// <param name="weight">How many data the start is worth.</param>
    public static DegreesOfFreedom Start(double degreesOfFreedom, double weight)
    {
        double half = 0.5 * degreesOfFreedom;
        double atRest = SpecialFunctions.Digamma(half) - Math.Log(half) - 1;
        return new(weight * atRest, weight, degreesOfFreedom, Expectation(degreesOfFreedom));
    }

    /// <inheritdoc/>
    public DegreesOfFreedom Retain(double share) => new(share * sum, share * weight, nu, expectation);

    /// <summary>After one more datum's weight.</summary>
    /// <param name="dataWeight">w of <see cref="StudentTLocation"/>, positive and computed with ν = <see cref="Value"/>; any other leaves it as it is.</param>
    public DegreesOfFreedom Observe(double dataWeight) => dataWeight > 0 && double.IsFinite(dataWeight)
        ? new(sum + Math.Log(dataWeight) - dataWeight + expectation, weight + 1, nu, expectation)
        : this;

    /// <summary>The value that agrees with the weights seen so far.</summary>
    public DegreesOfFreedom Solve()
    {
        double statistic = 1 + (sum / weight);
        double next = Solve(statistic, nu);
        return new(sum, weight, next, Expectation(next));
    }

    /// <summary>Root of ln(ν/2) − ψ(ν/2) + statistic = 0, clamped.</summary>
    private static double Solve(double statistic, double start)
    {
        double logNu = Math.Log(start);
        for (int i = 0; i < 3; i++)
        {
            double half = 0.5 * Math.Exp(logNu);
            double value = Math.Log(half) - SpecialFunctions.Digamma(half) + statistic;
            double slope = 1 - (half * SpecialFunctions.Trigamma(half));
            logNu = Math.Clamp(logNu - Math.Clamp(value / slope, -1, 1), Math.Log(Least), Math.Log(Most));
        }

        return Math.Clamp(Math.Exp(logNu), Least, Most);
    }

    private static double Expectation(double nu) => SpecialFunctions.Digamma(0.5 * (nu + 1)) - Math.Log(0.5 * (nu + 1));
}
