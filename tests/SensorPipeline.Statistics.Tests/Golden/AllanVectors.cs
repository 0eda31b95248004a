using System.Globalization;
using System.Text.Json;
using SensorPipeline.Statistics.Noise;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class AllanVectors
{
    private static readonly Dictionary<string, NoiseKind> Kinds = new()
    {
        ["white"] = NoiseKind.White,
        ["flicker"] = NoiseKind.Flicker,
        ["random_walk"] = NoiseKind.RandomWalk,
        ["white_plus_walk"] = NoiseKind.WhitePlusWalk,
        ["ramp"] = NoiseKind.Ramp,
    };

    [Fact]
    public void Allan_deviations_match() => VectorFile.Check("allan.json", "allan", c =>
    {
        double step = c.Number("tau0");
        int[] blocks = c.Integers("m");
        double[] phase = AllanDeviation.Phase(Readings(c), step);
        c.Check("adev", [.. blocks.Select(m => AllanDeviation.NonOverlapping(phase, step, m))]);
        c.Check("oadev", [.. blocks.Select(m => AllanDeviation.Overlapping(phase, step, m))]);

        // A modified deviation of null was not computed, which is not the same as undefined.
        double[] want = VectorCase.Flatten(c.Expected("mdev"));
        c.Check("mdev", [.. blocks.Select((m, i) => double.IsNaN(want[i]) ? double.NaN : AllanDeviation.Modified(phase, step, m))]);
        if (c.HasMember("certified"))
        {
            CheckCertified(c, step, phase);
        }
    });

    [Fact]
    public void The_kind_of_noise_is_recognised() => VectorFile.Check("allan.json", "allan", c =>
    {
        SkipAll(c);
        if (c.Label is { } label)
        {
            NoiseKind got = NoiseProfile.Of(Readings(c), c.Number("tau0")).Kind;
            if (got != Kinds[label])
            {
                c.Fault($"{got} instead of {label}");
            }
        }
    });

    [Fact]
    public void The_cascade_matches_at_its_octaves() => VectorFile.Check("allan.json", "allan", c =>
    {
        SkipAll(c);
        double[] y = Readings(c);
        var cascade = new AllanCascade(8);
        foreach (double reading in y)
        {
            cascade.Observe(reading);
        }

        int[] blocks = c.Integers("m");
        double[] want = VectorCase.Flatten(c.Expected("adev"));
        for (int i = 0; i < blocks.Length; i++)
        {
            if (int.IsPow2(blocks[i]) && Math.Abs(Math.Sqrt(cascade.Variance(int.Log2(blocks[i]))) / want[i] - 1) > 1e-9)
            {
                c.Fault($"cascade at {blocks[i]}: {Math.Sqrt(cascade.Variance(int.Log2(blocks[i]))):R} instead of {want[i]:R}");
            }
        }
    });

    private static void SkipAll(VectorCase c)
    {
        c.Skip("adev");
        c.Skip("oadev");
        c.Skip("mdev");
    }

    private static double[] Readings(VectorCase c)
    {
        if (!c.HasInput("lcg"))
        {
            return c.Numbers("y");
        }

        JsonElement lcg = c.Raw("lcg");
        long seed = lcg.GetProperty("seed").GetInt64(), a = lcg.GetProperty("a").GetInt64(), m = lcg.GetProperty("m").GetInt64();
        double[] y = new double[lcg.GetProperty("n").GetInt32()];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (double)seed / m;
            seed = a * seed % m;
        }

        return y;
    }

    private static void CheckCertified(VectorCase c, double step, double[] phase)
    {
        foreach (JsonProperty kind in c.Member("certified").EnumerateObject())
        {
            foreach (JsonProperty entry in kind.Value.EnumerateObject())
            {
                int m = int.Parse(entry.Name, CultureInfo.InvariantCulture);
                double got = kind.Name switch
                {
                    "adev" => AllanDeviation.NonOverlapping(phase, step, m),
                    "oadev" => AllanDeviation.Overlapping(phase, step, m),
                    _ => AllanDeviation.Modified(phase, step, m),
                };
                string printed = got.ToString("0.000000e-00", CultureInfo.InvariantCulture);
                if (printed != entry.Value.GetString())
                {
                    c.Fault($"certified {kind.Name} at {m}: {printed} instead of {entry.Value.GetString()}");
                }
            }
        }
    }
}
