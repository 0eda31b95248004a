namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>The plain loop that streaming estimators are compared with.</summary>
internal static class Welford
{
    internal static double MeanAndVariance(double[] data)
    {
        double n = 0, mean = 0, m2 = 0;
        foreach (double x in data)
        {
            n++;
            double d = x - mean;
            mean += d / n;
            m2 += d * (x - mean);
        }

        return mean + m2;
    }
}
