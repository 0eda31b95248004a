using System.Numerics;

namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// A seeded stream of random numbers that never changes with the framework: xoshiro256++ (Blackman and Vigna 2019), its state filled
/// by SplitMix64. Streams of one seed with different numbers are independent. 32 bytes.
/// </summary>
public struct RandomStream
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>The stream with a number, of a seed.</summary>
    public RandomStream(ulong seed, ulong number)
    {
        ulong state = seed ^ SplitMix(ref number);
        s0 = SplitMix(ref state);
        s1 = SplitMix(ref state);
        s2 = SplitMix(ref state);
        s3 = SplitMix(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(s0 + s3, 23) + s0;
        ulong shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), in steps of 2⁻⁵³.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextUniform());

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }

    /// <summary>Student's t, location 0, scale 1 (Bailey 1994).</summary>
    public double NextStudentT(double degreesOfFreedom)
    {
        double radius = Math.Sqrt(degreesOfFreedom * (Math.Pow(1 - NextUniform(), -2 / degreesOfFreedom) - 1));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        ulong bits = state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return bits ^ (bits >> 31);
    }
}
