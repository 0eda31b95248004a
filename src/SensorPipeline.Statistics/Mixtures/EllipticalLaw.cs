using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// What the squared Mahalanobis distance δ of a row from a component means: the Gaussian law, δ ~ χ²(d), or Student's with ν degrees of freedom, δ/d ~ F(d, ν), whose rows count for
/// u = (ν + d)/(ν + δ) in the component's mean and scale matrix. Reference: Peel and McLachlan (2000).
/// </summary>
internal sealed class EllipticalLaw
{
    private readonly double nu;
    private readonly double[] offsets;
    private readonly double[] tailOffsets;

    /// <summary>The law of this many degrees of freedom, +∞ for the Gaussian, in up to d channels.</summary>
    internal EllipticalLaw(double degreesOfFreedom, int dimension)
    {
        nu = degreesOfFreedom;
        offsets = new double[dimension + 1];
        tailOffsets = new double[dimension + 1];
        for (int d = 1; d <= dimension && !IsGaussian; d++)
        {
            double half = 0.5 * (nu + d);
            offsets[d] = offsets[d - 1] + SpecialFunctions.LogGammaHalfStep(half - 0.5) - (0.5 * Math.Log(0.5 * nu));
            tailOffsets[d] = SpecialFunctions.Digamma(half) - Math.Log(half);
        }
    }

    /// <summary>ν.</summary>
    internal double DegreesOfFreedom => nu;

    /// <summary>Whether it is the Gaussian law.</summary>
    internal bool IsGaussian => double.IsPositiveInfinity(nu);

    /// <summary>By how much the log density at a distance is above the Gaussian one.</summary>
    internal double Correction(double squares, int d) => IsGaussian ? 0 : offsets[d] + (0.5 * squares) - (0.5 * (nu + d) * SpecialFunctions.Log1p(squares / nu));

    /// <summary>Log densities at four distances; <paramref name="constants"/> are those of the Gaussian law.</summary>
    internal Vector256<double> LogDensity(Vector256<double> squares, Vector256<double> constants, int d) => IsGaussian
        ? Vector256.FusedMultiplyAdd(Vector256.Create(-0.5), squares, constants)
        : constants + Vector256.Create(offsets[d]) - (Vector256.Create(0.5 * (nu + d)) * Elementary.Log(Vector256<double>.One + (squares / Vector256.Create(nu))));

    /// <summary>u, the weight of a row in a component; 1 under the Gaussian law.</summary>
    internal double DataWeight(double squares, int d) => IsGaussian ? 1 : (nu + d) / (nu + squares);

    /// <summary>What a row of this weight says of ν: ln u − u + ψ(½(ν+d)) − ln ½(ν+d), 0 in the mean of the next ν but for ln(ν/2) − ψ(ν/2) + 1.</summary>
    internal double TailStatistic(double u, int d) => Math.Log(u) - u + tailOffsets[d];

    /// <summary>
    /// Probability of a row at least as far away. Of Student's law it is I_z(ν/2, d/2) with z = ν/(ν + δ), from that of one or two channels upwards by
    /// I_z(a, b+1) = I_z(a, b) + zᵃ(1−z)ᵇ·Γ(a+b)/(Γ(a)Γ(b+1)).
    /// </summary>
    internal double SurvivalProbability(double squares, int d)
    {
        if (IsGaussian)
        {
            return new ChiSquared(d).SurvivalProbability(squares);
        }

        double a = 0.5 * nu, z = nu / (nu + squares), rest = squares / (nu + squares), power = Math.Pow(z, a);
        bool isOdd = d % 2 == 1;
        double b = isOdd ? 0.5 : 1;
        double sum = isOdd ? 2 * new StudentT(nu).SurvivalProbability(Math.Sqrt(squares)) : power;
        double term = isOdd ? power * Math.Sqrt(rest) * Math.Exp(SpecialFunctions.LogGammaHalfStep(a)) * 2 / Math.Sqrt(Math.PI) : power * rest * a;
        for (; b < 0.5 * d; b++)
        {
            sum += term;
            term *= rest * (a + b) / (b + 1);
        }

        return Math.Min(sum, 1);
    }
}
