using System.Globalization;
using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>
/// The .NET half of <c>compare_mixtures.py</c>, which runs both in turn on the same rows from the same start: <c>mixture FILE n d k passes</c>, the file holding doubles: rows, weights, means,
/// covariances. Prints nanoseconds a row for a pass of expectation maximisation, for scoring alone, for one row at a time, and the log likelihood a row after the passes; the least of the rounds of two seconds,
/// the first of which are the compiler's.
/// </summary>
public static class MixtureComparison
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(2);

    public static void Run(string[] arguments)
    {
        int n = Number(arguments[1]), d = Number(arguments[2]), k = Number(arguments[3]), passes = Number(arguments[4]);
        double[] all = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(arguments[0])).ToArray();
        double[] rows = all[..(n * d)];
        var start = new GaussianMixture(all.AsSpan(n * d, k), all.AsSpan((n * d) + k, k * d), all.AsSpan((n * d) + k + (k * d), k * d * d));
        GaussianMixture mixture = start;
        double pass = Least(n * passes, () =>
        {
            mixture = start;
            for (int i = 0; i < passes; i++)
            {
                (mixture, _) = MixtureFit.Step(rows, mixture, CovarianceShape.Full, 1e-6);
            }
        });
        double[] logs = new double[n], shares = new double[k];
        double score = Least(n, () => MixtureFit.Evaluate(rows, mixture, logs, []));
        double single = Least(n, () =>
        {
            for (int i = 0; i < n; i++)
            {
                mixture.Responsibilities(rows.AsSpan(i * d, d), shares);
            }
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pass:F1} {score:F1} {single:F1} {logs.Average():F9}"));
    }

    private static double Least(double operations, Action action)
    {
        double least = double.PositiveInfinity;
        long first = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(first) < Measured)
        {
            long started = TimeProvider.System.GetTimestamp();
            action();
            least = Math.Min(least, TimeProvider.System.GetElapsedTime(started).TotalNanoseconds / operations);
        }

        return least;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
