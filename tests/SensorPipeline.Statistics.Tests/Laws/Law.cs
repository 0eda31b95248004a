using System.Runtime.InteropServices;
using Xunit;
using Xunit.Sdk;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>Runs a law on generated data; a failure names the seed, and SEED=n runs that one alone.</summary>
internal static class Law
{
    private const int Trials = 50;

    internal static void Holds(Action<Random> law)
    {
        string? only = Environment.GetEnvironmentVariable("SEED");
        int first = string.IsNullOrEmpty(only) ? 1 : int.Parse(only, System.Globalization.CultureInfo.InvariantCulture);
        for (int seed = first; seed < first + (string.IsNullOrEmpty(only) ? Trials : 1); seed++)
        {
            try
            {
                law(new Random(seed));
            }
            catch (XunitException e)
            {
                Assert.Fail($"With SEED={seed}: {e.Message}");
            }
        }
    }

    /// <summary>Data of a random length, centre, spread and tail; multiples of 2⁻²⁰, so that shifts by whole numbers up to 2³² are exact.</summary>
    internal static double[] Data(Random random, int least = 5)
    {
        double[] x = new double[least + random.Next(200)];
        double center = random.Next(-100, 100), spread = Math.Pow(10, (3 * random.NextDouble()) - 1);
        bool fat = random.Next(2) == 0;
        for (int i = 0; i < x.Length; i++)
        {
            double z = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            z /= fat ? Math.Max(0.05, random.NextDouble()) : 1;
            x[i] = Math.Round((center + (spread * z)) * (1 << 20)) / (1 << 20);
        }

        return x;
    }

    /// <summary>Positive data around 1, as weights.</summary>
    internal static double[] Positive(Random random)
    {
        double[] x = Data(random);
        return [.. x.Select(v => 0.01 + Math.Abs(v / (1 + Math.Abs(v))))];
    }

    internal static void SameBits<T>(T want, T got)
        where T : unmanaged
    {
        ReadOnlySpan<byte> a = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in want)), b = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in got));
        if (!a.SequenceEqual(b))
        {
            Assert.Fail($"{want} and {got} differ in some bit");
        }
    }

    /// <summary>Equal up to a share of the larger and of a scale that both belong to.</summary>
    internal static void Close(double want, double got, double tolerance, double scale = 0)
    {
        if (!want.Equals(got) && !(Math.Abs(want - got) <= tolerance * Math.Max(Math.Max(Math.Abs(want), Math.Abs(got)), scale)))
        {
            Assert.Fail($"{got:R} instead of {want:R}");
        }
    }

    internal static void Close(double[] want, double[] got, double tolerance, double scale = 0)
    {
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Close(want[i], got[i], tolerance, scale);
        }
    }
}
