using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// One pass of expectation maximisation over a sample: responsibilities under a mixture and, in the same pass, the weighted sums of the next one. Rows are taken in blocks, turned
/// into one run a channel, so that every operation is over neighbouring rows. Sums are about the old means; their order is fixed by the block, never by the machine's vector width. A row with
/// missing channels, NaN, counts by those it has, and by what they let expect of the others. Under Student's law a row's deviations count for u = (ν+d)/(ν+δ).
/// </summary>
internal sealed class MixtureStep
{
    private const int Block = 256;

    private readonly int d;
    private readonly EllipticalLaw law;
    private readonly double[] columns;
    private readonly double[] deviations;
    private readonly double[] top = new double[Block];
    private readonly double[] total = new double[Block];
    private double[] logs = [];
    private double[] distances = [];
    private MissingPattern? pattern;

    internal MixtureStep(int dimension, double degreesOfFreedom = double.PositiveInfinity)
    {
        d = dimension;
        law = new EllipticalLaw(degreesOfFreedom, dimension);
        columns = new double[dimension * Block];
        deviations = new double[dimension * Block];
    }

    /// <summary>Σ r of each component.</summary>
    internal double[] Counts { get; private set; } = [];

    /// <summary>Σ r·u of each component, what the deviations count for.</summary>
    internal double[] Totals { get; private set; } = [];

    /// <summary>Σ r·(ln u − u + ψ(½(ν+d)) − ln ½(ν+d)), what the rows say of ν; 0 under the Gaussian law.</summary>
    internal double TailStatistic { get; private set; }

    /// <summary>Σ r·u·(x − m) of each component about its old mean, K×d.</summary>
    internal double[] Firsts { get; private set; } = [];

    /// <summary>Σ r·u·(x − m)(x − m)ᵀ of each component about its old mean, K×d×d, lower triangle.</summary>
    internal double[] Seconds { get; private set; } = [];

    /// <summary>Runs the pass and gives the log likelihood of the rows under the mixture.</summary>
    internal double Run(GaussianMixture mixture, ReadOnlySpan<double> rows)
    {
        int components = mixture.Components;
        Counts = new double[components];
        Totals = law.IsGaussian ? Counts : new double[components];
        TailStatistic = 0;
        Firsts = new double[components * d];
        Seconds = new double[components * d * d];
        MakeRoom(components);
        pattern = null;
        double likelihood = 0;
        int n = rows.Length / d;
        for (int start = 0; start < n;)
        {
            int size = CompleteFrom(rows, start, n);
            if (size == 0)
            {
                likelihood += RunIncomplete(mixture, rows.Slice(start++ * d, d));
                continue;
            }

            likelihood += Expect(mixture, rows.Slice(start * d, size * d), size);
            start += size;
            for (int k = 0; k < components; k++)
            {
                Accumulate(mixture, k);
            }
        }

        return likelihood;
    }

    /// <summary>Log densities of the rows and, when there is room for them, responsibilities.</summary>
    internal void Evaluate(GaussianMixture mixture, ReadOnlySpan<double> rows, Span<double> logDensities, Span<double> responsibilities)
    {
        int components = mixture.Components;
        MakeRoom(components);
        pattern = null;
        int n = rows.Length / d;
        for (int start = 0, size; start < n; start += size)
        {
            size = CompleteFrom(rows, start, n);
            if (size == 0)
            {
                size = 1;
                total[0] = ExpectIncomplete(mixture, rows.Slice(start * d, d));
            }
            else
            {
                Expect(mixture, rows.Slice(start * d, size * d), size);
            }

            total.AsSpan(0, size).CopyTo(logDensities[start..]);
            for (int i = 0; i < size && !responsibilities.IsEmpty; i++)
            {
                for (int k = 0; k < components; k++)
                {
                    responsibilities[((start + i) * components) + k] = logs[(k * Block) + i];
                }
            }
        }
    }

    private void MakeRoom(int components)
    {
        if (logs.Length < components * Block)
        {
            logs = new double[components * Block];
            distances = new double[law.IsGaussian ? 0 : logs.Length];
        }
    }

    /// <summary>How many rows from one on, at most a block, are complete.</summary>
    private int CompleteFrom(ReadOnlySpan<double> rows, int start, int n)
    {
        int most = Math.Min(Block, n - start);
        ReadOnlySpan<double> block = rows.Slice(start * d, most * d);
        if (!MissingPattern.IsIncomplete(block))
        {
            return most;
        }

        int complete = 0;
        while (!MissingPattern.IsIncomplete(block.Slice(complete * d, d)))
        {
            complete++;
        }

        return complete;
    }

    private double RunIncomplete(GaussianMixture mixture, ReadOnlySpan<double> row)
    {
        double log = ExpectIncomplete(mixture, row);
        Span<double> deviation = top.AsSpan(0, d);
        for (int k = 0; k < mixture.Components; k++)
        {
            double share = logs[k * Block], weight = Weigh(k, 0, share, pattern!.Observed);
            pattern!.Deviate(k, row, mixture.Mean(k), deviation);
            ReadOnlySpan<double> hidden = pattern.Conditional(k);
            Counts[k] += share;
            for (int i = 0; i < d; i++)
            {
                Firsts[(k * d) + i] += weight * deviation[i];
                for (int j = 0; j <= i; j++)
                {
                    Seconds[(((k * d) + i) * d) + j] += (weight * deviation[i] * deviation[j]) + (share * hidden[(i * d) + j]);
                }
            }
        }

        return log;
    }

    /// <summary>The same for one row with missing channels: responsibilities at the head of each component's run.</summary>
    private double ExpectIncomplete(GaussianMixture mixture, ReadOnlySpan<double> row)
    {
        if (pattern is null || !pattern.Fits(row))
        {
            pattern ??= new MissingPattern(mixture.Components, d);
            pattern.Take(row);
            for (int k = 0; k < mixture.Components; k++)
            {
                pattern.Prepare(k, mixture.MixingWeights[k], mixture.Covariance(k));
            }
        }

        Span<double> terms = total.AsSpan(0, mixture.Components);
        for (int k = 0; k < terms.Length; k++)
        {
            terms[k] = pattern.LogDensity(k, row, mixture.Mean(k), out double squares) + law.Correction(squares, pattern.Observed);
            KeepDistance(k, squares);
        }

        double log = SpecialFunctions.LogSumExp(terms);
        for (int k = 0; k < terms.Length; k++)
        {
            logs[k * Block] = Math.Exp(terms[k] - log);
        }

        return log;
    }

    /// <summary>Leaves responsibilities in <see cref="logs"/> (0 in the padding) and log densities in <see cref="total"/>.</summary>
    private double Expect(GaussianMixture mixture, ReadOnlySpan<double> rows, int size)
    {
        Transpose(rows, size);
        Span<double> most = top;
        most.Fill(double.NegativeInfinity);
        for (int k = 0; k < mixture.Components; k++)
        {
            Span<double> log = logs.AsSpan(k * Block, Block);
            LogDensity(mixture, k, log);
            TensorPrimitives.Max(log, most, most);
        }

        Span<double> sum = total;
        sum.Clear();
        for (int k = 0; k < mixture.Components; k++)
        {
            AddExponentials(logs.AsSpan(k * Block, Block), most, sum);
        }

        for (int k = 0; k < mixture.Components; k++)
        {
            Span<double> share = logs.AsSpan(k * Block, Block);
            TensorPrimitives.Divide(share, sum, share);
            share[size..].Clear();
        }

        AddLogarithms(sum, most);
        double likelihood = 0;
        for (int i = 0; i < size; i++)
        {
            likelihood += sum[i];
        }

        return likelihood;
    }

    /// <summary>Leaves exp(log − most) in place and adds it to the sum.</summary>
    private static void AddExponentials(Span<double> log, ReadOnlySpan<double> most, Span<double> sum)
    {
        Span<Vector256<double>> terms = MemoryMarshal.Cast<double, Vector256<double>>(log), sums = MemoryMarshal.Cast<double, Vector256<double>>(sum);
        ReadOnlySpan<Vector256<double>> greatest = MemoryMarshal.Cast<double, Vector256<double>>(most);
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = Elementary.Exp(terms[i] - greatest[i]);
            sums[i] += terms[i];
        }
    }

    /// <summary>Leaves ln sum + most in the sum.</summary>
    private static void AddLogarithms(Span<double> sum, ReadOnlySpan<double> most)
    {
        Span<Vector256<double>> sums = MemoryMarshal.Cast<double, Vector256<double>>(sum);
        ReadOnlySpan<Vector256<double>> greatest = MemoryMarshal.Cast<double, Vector256<double>>(most);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = Elementary.Log(sums[i]) + greatest[i];
        }
    }

    private void Transpose(ReadOnlySpan<double> rows, int size)
    {
        for (int j = 0; j < d; j++)
        {
            Span<double> column = columns.AsSpan(j * Block, Block);
            for (int i = 0; i < size; i++)
            {
                column[i] = rows[(i * d) + j];
            }

            // The padding repeats a real row, so that it stays finite; its responsibilities are cleared.
            column[size..].Fill(rows[j]);
        }
    }

    private void LogDensity(GaussianMixture mixture, int k, Span<double> log)
    {
        ReadOnlySpan<double> inverse = mixture.InverseFactors.AsSpan(k * d * d, d * d);
        Deviate(mixture, k);
        ReadOnlySpan<Vector256<double>> x = MemoryMarshal.Cast<double, Vector256<double>>(deviations.AsSpan());
        Span<Vector256<double>> result = MemoryMarshal.Cast<double, Vector256<double>>(log);
        const int Lanes = Block / 4;
        Span<Vector256<double>> kept = law.IsGaussian ? [] : MemoryMarshal.Cast<double, Vector256<double>>(distances.AsSpan(k * Block, Block));
        var constant = Vector256.Create(mixture.LogConstants[k]);
        for (int v = 0; v < Lanes; v++)
        {
            Vector256<double> distance = Vector256<double>.Zero;
            for (int i = 0; i < d; i++)
            {
                Vector256<double> y = Vector256<double>.Zero;
                for (int j = 0; j <= i; j++)
                {
                    y = Vector256.FusedMultiplyAdd(Vector256.Create(inverse[(i * d) + j]), x[(j * Lanes) + v], y);
                }

                distance = Vector256.FusedMultiplyAdd(y, y, distance);
            }

            result[v] = law.LogDensity(distance, constant, d);
            if (!kept.IsEmpty)
            {
                kept[v] = distance;
            }
        }
    }

    private void Deviate(GaussianMixture mixture, int k)
    {
        ReadOnlySpan<double> mean = mixture.Mean(k);
        for (int j = 0; j < d; j++)
        {
            TensorPrimitives.Subtract(columns.AsSpan(j * Block, Block), mean[j], deviations.AsSpan(j * Block, Block));
        }
    }

    private void Accumulate(GaussianMixture mixture, int k)
    {
        Span<double> share = logs.AsSpan(k * Block, Block);
        double count = Sum(share);
        if (count == 0)
        {
            return;
        }

        Counts[k] += count;
        for (int i = 0; i < Block && !law.IsGaussian; i++)
        {
            share[i] = Weigh(k, i, share[i], d);
        }

        Deviate(mixture, k);
        Span<double> weighted = top;
        for (int i = 0; i < d; i++)
        {
            ReadOnlySpan<double> xi = deviations.AsSpan(i * Block, Block);
            TensorPrimitives.Multiply(share, xi, weighted);
            Firsts[(k * d) + i] += Sum(weighted);
            for (int j = 0; j <= i; j++)
            {
                Seconds[(((k * d) + i) * d) + j] += Dot(weighted, deviations.AsSpan(j * Block, Block));
            }
        }
    }

    private void KeepDistance(int k, double squares)
    {
        if (!law.IsGaussian)
        {
            distances[k * Block] = squares;
        }
    }

    /// <summary>What a row's deviations from a component count for, its share times u; under Student's law noted for the totals and for ν.</summary>
    private double Weigh(int k, int row, double share, int observed)
    {
        if (law.IsGaussian || share == 0)
        {
            return share;
        }

        double u = law.DataWeight(distances[(k * Block) + row], observed);
        Totals[k] += share * u;
        TailStatistic += share * law.TailStatistic(u, observed);
        return share * u;
    }

    private static double Sum(ReadOnlySpan<double> a)
    {
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (Vector256<double> v in MemoryMarshal.Cast<double, Vector256<double>>(a))
        {
            sum += v;
        }

        return Vector256.Sum(sum);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector256<double>> x = MemoryMarshal.Cast<double, Vector256<double>>(a), y = MemoryMarshal.Cast<double, Vector256<double>>(b);
        Vector256<double> first = Vector256<double>.Zero, second = Vector256<double>.Zero;
        for (int i = 0; i + 1 < x.Length; i += 2)
        {
            first = Vector256.FusedMultiplyAdd(x[i], y[i], first);
            second = Vector256.FusedMultiplyAdd(x[i + 1], y[i + 1], second);
        }

        return Vector256.Sum(first + second);
    }
}
