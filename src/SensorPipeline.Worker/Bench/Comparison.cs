using System.Globalization;

namespace SensorPipeline.Worker.Bench;

/// <summary>
/// A baseline, which comes first, and what is measured beside it: taken by turns, round after round, so that what else the machine does meets
/// all of them. Printed is the median of the rates, the least processor time and allocation, and the median share of the baseline's rate in the same round.
/// </summary>
internal sealed class Comparison(params Measurement[] measurements)
{
    /// <summary>The heading over the rows.</summary>
    public static string Heading => Line("", "messages/s", "ns each", "bytes each", "of bare");

    /// <summary>Takes every round, and prints a row for each measurement.</summary>
    public async Task RunAsync(int rounds, TextWriter output, CancellationToken cancel)
    {
        var costs = new Cost[measurements.Length][];
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i] = new Cost[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < costs.Length; i++)
            {
                costs[i][round] = await measurements[i].TakeAsync(cancel);
            }
        }

        for (int i = 0; i < costs.Length; i++)
        {
            output.WriteLine(Row(measurements[i].Name, costs[i], costs[0]));
        }

        output.Flush();
    }

    private static string Row(string name, Cost[] costs, Cost[] baseline) => Line(
        name,
        Number(Median(costs.Select(cost => cost.PerSecond)), "N0"),
        Number(costs.Min(cost => cost.NanosecondsEach), "N1"),
        Number(costs.Min(cost => cost.BytesEach), "N2"),
        Number(Median(costs.Zip(baseline, (cost, bare) => cost.PerSecond / bare.PerSecond)), "P0"));

    private static string Line(string name, string rate, string time, string bytes, string share) => $"{name,-44}{rate,14}{time,10}{bytes,12}{share,9}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
