using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Seeded inputs.</summary>
internal static class Data
{
    internal static double[] Normal(int count, double mean, double deviation)
    {
        double[] x = new double[count];
        new Normal(mean, deviation).Sample(new Random(7), x);
        return x;
    }

    internal static double[] Student(int count, double degreesOfFreedom)
    {
        double[] x = new double[count];
        new StudentT(degreesOfFreedom, 20, 0.5).Sample(new Random(7), x);
        return x;
    }
}
