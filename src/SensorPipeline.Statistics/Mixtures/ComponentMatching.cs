using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// Which component of a new mixture is which of an old one: the assignment of least total Bhattacharyya distance, found by the Hungarian method. A distance of 2 and more is a new
/// component, not a moved one.
/// </summary>
public static class ComponentMatching
{
    /// <summary>Bhattacharyya distance up to which two components are the same.</summary>
    public const double SameDistance = 2;

    /// <summary>For each old component the new one it became, or −1.</summary>
    /// <param name="old">The mixture whose labels are to survive.</param>
    /// <param name="next">The mixture that replaces it.</param>
    /// <param name="mostDistance">Distance up to which a match counts.</param>
    public static int[] Match(GaussianMixture old, GaussianMixture next, double mostDistance = SameDistance) => Match(Components(old), Components(next), mostDistance);

    /// <summary>For each old component the new one it became, or −1.</summary>
    /// <param name="old">The components whose labels are to survive; at least one.</param>
    /// <param name="next">Those that may be the same; at least one.</param>
    /// <param name="mostDistance">Distance up to which a match counts.</param>
    public static int[] Match(IReadOnlyList<MultivariateGaussian> old, IReadOnlyList<MultivariateGaussian> next, double mostDistance = SameDistance)
    {
        double[,] distances = Distances(old, next, GaussianDistance.Bhattacharyya);
        double[,] cost = (double[,])distances.Clone();
        foreach (ref double c in MemoryMarshal.CreateSpan(ref cost[0, 0], cost.Length))
        {
            // Two components that are not the same are that, however far apart: a lost one must not push others out of their places.
            c = Math.Min(c, mostDistance);
        }

        int[] assignment = Assign(cost);
        for (int i = 0; i < assignment.Length; i++)
        {
            assignment[i] = assignment[i] >= 0 && distances[i, assignment[i]] < mostDistance ? assignment[i] : -1;
        }

        return assignment;
    }

    /// <summary>
    /// How far a mixture has moved: Σ w·min(DB, 2) over the components with their matches, DB the Bhattacharyya distance and 2 where there is none, and ½Σ|Δw|. 0 of the same mixture.
    /// </summary>
    /// <param name="old">One mixture.</param>
    /// <param name="next">The other.</param>
    public static double Drift(GaussianMixture old, GaussianMixture next)
    {
        int[] became = Match(old, next);
        double moved = 0, shares = 0, matched = 0;
        for (int k = 0; k < became.Length; k++)
        {
            double weight = old.MixingWeights[k], after = became[k] < 0 ? 0 : next.MixingWeights[became[k]];
            moved += weight * (became[k] < 0 ? SameDistance : GaussianDistance.Bhattacharyya(old.Component(k), next.Component(became[k])));
            shares += Math.Abs(weight - after);
            matched += after;
        }

        return moved + (0.5 * (shares + 1 - matched));
    }

    /// <summary>Distance of every old component from every new one.</summary>
    /// <param name="old">Rows.</param>
    /// <param name="next">Columns.</param>
    /// <param name="distance">Which distance.</param>
    public static double[,] Distances(GaussianMixture old, GaussianMixture next, Func<MultivariateGaussian, MultivariateGaussian, double> distance) =>
        Distances(Components(old), Components(next), distance);

    private static double[,] Distances(
        IReadOnlyList<MultivariateGaussian> rows, IReadOnlyList<MultivariateGaussian> columns, Func<MultivariateGaussian, MultivariateGaussian, double> distance)
    {
        double[,] table = new double[rows.Count, columns.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < columns.Count; j++)
            {
                table[i, j] = distance(rows[i], columns[j]);
            }
        }

        return table;
    }

    private static MultivariateGaussian[] Components(GaussianMixture mixture) => [.. Enumerable.Range(0, mixture.Components).Select(mixture.Component)];

    /// <summary>The assignment of rows to columns with the least total cost (Kuhn and Munkres, by shortest augmenting paths): the column of each row, −1 for a row left over.</summary>
    /// <param name="cost">Finite costs, any shape.</param>
    public static int[] Assign(double[,] cost)
    {
        int rows = cost.GetLength(0), columns = cost.GetLength(1), size = Math.Max(rows, columns);
        double largest = 0;
        foreach (double c in cost)
        {
            largest = Math.Max(largest, Math.Abs(c));
        }

        // Padding rows and columns cost the same everywhere and so decide nothing.
        double Cost(int i, int j) => i < rows && j < columns ? cost[i, j] : largest;
        int[] rowOf = Augment(size, Cost);
        int[] assignment = new int[rows];
        Array.Fill(assignment, -1);
        for (int j = 1; j <= columns; j++)
        {
            if (rowOf[j] <= rows)
            {
                assignment[rowOf[j] - 1] = j - 1;
            }
        }

        return assignment;
    }

    /// <summary>Row (from 1) of each column (from 1) of a square problem.</summary>
    private static int[] Augment(int size, Func<int, int, double> cost)
    {
        double[] u = new double[size + 1], v = new double[size + 1];
        int[] rowOf = new int[size + 1];
        for (int row = 1; row <= size; row++)
        {
            double[] slack = new double[size + 1];
            Array.Fill(slack, double.PositiveInfinity);
            int[] before = new int[size + 1];
            bool[] used = new bool[size + 1];
            rowOf[0] = row;
            int column = 0;
            do
            {
                used[column] = true;
                column = Extend(size, cost, u, v, rowOf, slack, before, used, column);
            }
            while (rowOf[column] != 0);

            for (; column != 0; column = before[column])
            {
                rowOf[column] = rowOf[before[column]];
            }
        }

        return rowOf;
    }

    private static int Extend(int size, Func<int, int, double> cost, double[] u, double[] v, int[] rowOf, double[] slack, int[] before, bool[] used, int column)
    {
        int row = rowOf[column], next = 0;
        double delta = double.PositiveInfinity;
        for (int j = 1; j <= size; j++)
        {
            if (used[j])
            {
                continue;
            }

            double reduced = cost(row - 1, j - 1) - u[row] - v[j];
            if (reduced < slack[j])
            {
                (slack[j], before[j]) = (reduced, column);
            }

            if (slack[j] < delta)
            {
                (delta, next) = (slack[j], j);
            }
        }

        for (int j = 0; j <= size; j++)
        {
            if (used[j])
            {
                u[rowOf[j]] += delta;
                v[j] -= delta;
            }
            else
            {
                slack[j] -= delta;
            }
        }

        return next;
    }
}
