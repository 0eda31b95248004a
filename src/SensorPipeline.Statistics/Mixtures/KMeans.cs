namespace SensorPipeline.Statistics.Mixtures;

/// <summary>k-means with k-means++ seeding, to start expectation maximisation from. Rows should be in comparable units.</summary>
internal static class KMeans
{
    private const int MostRounds = 20;

    internal static int[] Assign(ReadOnlySpan<double> rows, int d, int components, Random random)
    {
        int n = rows.Length / d;
        double[] centers = Seed(rows, d, components, random);
        int[] labels = new int[n];
        for (int round = 0; round < MostRounds && Relabel(rows, centers, labels, d) > 0; round++)
        {
            Recenter(rows, centers, labels, d);
        }

        return labels;
    }

    /// <summary>Arthur and Vassilvitskii: each further center is a row drawn with probability in proportion to its squared distance from those chosen.</summary>
    private static double[] Seed(ReadOnlySpan<double> rows, int d, int components, Random random)
    {
        int n = rows.Length / d;
        double[] centers = new double[components * d];
        double[] nearest = new double[n];
        Array.Fill(nearest, double.PositiveInfinity);
        int chosen = random.Next(n);
        for (int k = 0; k < components; k++)
        {
            rows.Slice(chosen * d, d).CopyTo(centers.AsSpan(k * d));
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                nearest[i] = Math.Min(nearest[i], SquaredDistance(rows.Slice(i * d, d), centers.AsSpan(k * d, d)));
                sum += nearest[i];
            }

            double u = random.NextDouble() * sum;
            chosen = 0;
            while (chosen < n - 1 && (u -= nearest[chosen]) >= 0)
            {
                chosen++;
            }
        }

        return centers;
    }

    private static int Relabel(ReadOnlySpan<double> rows, ReadOnlySpan<double> centers, int[] labels, int d)
    {
        int changes = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            int best = 0;
            double least = double.PositiveInfinity;
            for (int k = 0; k < centers.Length / d; k++)
            {
                double distance = SquaredDistance(rows.Slice(i * d, d), centers.Slice(k * d, d));
                (best, least) = distance < least ? (k, distance) : (best, least);
            }

            changes += labels[i] == best ? 0 : 1;
            labels[i] = best;
        }

        return changes;
    }

    private static void Recenter(ReadOnlySpan<double> rows, Span<double> centers, int[] labels, int d)
    {
        int components = centers.Length / d;
        double[] sums = new double[centers.Length];
        int[] counts = new int[components];
        for (int i = 0; i < labels.Length; i++)
        {
            counts[labels[i]]++;
            for (int j = 0; j < d; j++)
            {
                sums[(labels[i] * d) + j] += rows[(i * d) + j];
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            centers[i] = counts[i / d] > 0 ? sums[i] / counts[i / d] : centers[i];
        }
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int j = 0; j < a.Length; j++)
        {
            double difference = a[j] - b[j];
            sum += difference * difference;
        }

        return sum;
    }
}
