namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>Streams in order, one reading a second: what a false alarm is raised on is nothing but this noise.</summary>
internal sealed class NoiseFamily(string name, Func<Random, Func<long, double>> start)
{
    /// <summary>How far out the outliers of the contaminated family lie: what is told of them is no false alarm.</summary>
    public const double Contamination = 12;

    public static readonly NoiseFamily[] All =
    [
        new("gaussian", random => _ => Normal(random)),
        new("t3", random => _ => StudentT(random, 3)),
        new("t5", random => _ => StudentT(random, 5)),
        new("laplace", random => _ => Exponential(random) - Exponential(random)),
        new("lognormal", random => _ => Math.Exp(0.5 * Normal(random))),
        new("gamma2", random => _ => Exponential(random) + Exponential(random)),
        new("ar.9", random => Autoregressive(random, 0.9)),
        new("quantised", random => _ => Math.Round(Normal(random) / 0.5) * 0.5),
        new("season", random => t => (5 * Math.Sin(2 * Math.PI * t / 86_400)) + Normal(random)),
        new("contaminated", random => _ => Normal(random) + (random.NextDouble() < 0.01 ? Contamination * ((random.Next(2) * 2) - 1) : 0)),
    ];

    /// <summary>Other noises a tail probability has to hold on.</summary>
    public static readonly NoiseFamily[] More =
    [
        new("ar.5", random => Autoregressive(random, 0.5)),
        new("ar.99", random => Autoregressive(random, 0.99)),
        new("uniform", random => _ => random.NextDouble()),
        new("coarse", random => _ => Math.Round(Normal(random) / 2) * 2),
        new("bursting", Bursting),
    ];

    public string Name { get; } = name;

    public Func<long, double> Start(int seed) => start(new Random(seed));

    public override string ToString() => Name;

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Student's t with 2.5 degrees of freedom.</summary>
    public static double FatTailed(Random random)
    {
        // χ² with 2.5 degrees is twice a gamma of shape 1.25 (Marsaglia and Tsang, 2000).
        double shape = 1.25 - (1.0 / 3), factor = 1 / Math.Sqrt(9 * shape);
        while (true)
        {
            double z = Normal(random), v = Math.Pow(1 + (factor * z), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * z * z) + (shape * (1 - v + Math.Log(v))))
            {
                return Normal(random) / Math.Sqrt(2 * shape * v / 2.5);
            }
        }
    }

    private static double Exponential(Random random) => -Math.Log(1 - random.NextDouble());

    private static double StudentT(Random random, int nu)
    {
        double chiSquare = 0;
        for (int i = 0; i < nu; i++)
        {
            double z = Normal(random);
            chiSquare += z * z;
        }

        return Normal(random) / Math.Sqrt(chiSquare / nu);
    }

    private static Func<long, double> Autoregressive(Random random, double phi)
    {
        double x = Normal(random) / Math.Sqrt(1 - (phi * phi));
        return _ => x = (phi * x) + Normal(random);
    }

    // A variance that follows the squares of what it brought: GARCH(1, 1).
    private static Func<long, double> Bursting(Random random)
    {
        double variance = 1, x = 0;
        return _ =>
        {
            variance = 0.05 + (0.1 * x * x) + (0.85 * variance);
            return x = Math.Sqrt(variance) * Normal(random);
        };
    }
}
