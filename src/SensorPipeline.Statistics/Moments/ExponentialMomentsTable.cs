using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// <see cref="ExponentialMoments"/> of many streams side by side, one array a field, four streams an instruction; with given shares a column ends up bit for bit as the single estimator.
/// State: seven doubles a column and one of work space.
/// </summary>
public sealed class ExponentialMomentsTable
{
    private readonly double[] weight;
    private readonly double[] squaredWeight;
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] second;
    private readonly double[] third;
    private readonly double[] fourth;
    private readonly double[] work;

    /// <summary>Columns that have observed nothing.</summary>
    /// <param name="columns">Number of streams.</param>
    public ExponentialMomentsTable(int columns)
    {
        Columns = columns;
        int padded = Lanes.Padded(columns);
        weight = new double[padded];
        squaredWeight = new double[padded];
        high = new double[padded];
        low = new double[padded];
        second = new double[padded];
        third = new double[padded];
        fourth = new double[padded];
        work = new double[padded];
    }

    /// <summary>Number of streams.</summary>
    public int Columns { get; }

    /// <summary>The moments of one stream.</summary>
    /// <param name="column">Which one.</param>
    public ExponentialMoments this[int column] =>
        new(weight[column], squaredWeight[column], high[column], low[column], second[column], third[column], fourth[column]);

    /// <summary>One datum for every stream, each after its own time step. A stream whose datum is not finite fades all the same.</summary>
    /// <param name="row">A datum a column.</param>
    /// <param name="steps">Time since the last datum, in the unit of the time constant; one that goes back forgets nothing.</param>
    /// <param name="timeConstant">Time in which a weight falls to 1/e.</param>
    public void Observe(ReadOnlySpan<double> row, ReadOnlySpan<double> steps, double timeConstant)
    {
        Span<double> shares = work.AsSpan(0, Columns);
        TensorPrimitives.Multiply(steps, -1 / timeConstant, shares);
        TensorPrimitives.Min(shares, 0, shares);
        TensorPrimitives.Exp(shares, shares);
        Observe(row, shares);
    }

    /// <summary>One datum for every stream after each has retained a share of its past.</summary>
    /// <param name="row">A datum a column.</param>
    /// <param name="shares">A share a column, in [0,1].</param>
    public void Observe(ReadOnlySpan<double> row, ReadOnlySpan<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, Columns);
        ref double data = ref MemoryMarshal.GetReference(row), kept = ref MemoryMarshal.GetReference(shares);
        int whole = row.Length & ~(Lanes.Width - 1);
        for (int i = 0; i < whole; i += Lanes.Width)
        {
            Observe(i, Vector256.LoadUnsafe(ref data, (nuint)i), Vector256.LoadUnsafe(ref kept, (nuint)i));
        }

        if (whole < row.Length)
        {
            Observe(whole, Lanes.LoadPartial(row[whole..]), Lanes.LoadPartial(shares[whole..], missing: 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(int column, Vector256<double> x, Vector256<double> share)
    {
        nuint i = (nuint)column;
        ref double weights = ref MemoryMarshal.GetArrayDataReference(weight), squares = ref MemoryMarshal.GetArrayDataReference(squaredWeight);
        ref double highs = ref MemoryMarshal.GetArrayDataReference(high), lows = ref MemoryMarshal.GetArrayDataReference(low);
        ref double seconds = ref MemoryMarshal.GetArrayDataReference(second), thirds = ref MemoryMarshal.GetArrayDataReference(third);
        ref double fourths = ref MemoryMarshal.GetArrayDataReference(fourth);
        Vector256<double> w = share * Vector256.LoadUnsafe(ref weights, i), w2 = share * share * Vector256.LoadUnsafe(ref squares, i);
        Vector256<double> h = Vector256.LoadUnsafe(ref highs, i), l = Vector256.LoadUnsafe(ref lows, i);
        Vector256<double> m2 = share * Vector256.LoadUnsafe(ref seconds, i), m3 = share * Vector256.LoadUnsafe(ref thirds, i), m4 = share * Vector256.LoadUnsafe(ref fourths, i);
        Vector256<double> finite = Lanes.AreFinite(x), one = Vector256<double>.One;
        Vector256<double> total = w + one;
        Vector256<double> d = x - h - l;
        Vector256<double> q = d / total;
        Vector256<double> t = d * (q * w);
        Vector256<double> cubic = w - one;
        Vector256<double> quartic = (w * cubic) + one;
        Vector256<double> next4 = m4 + (q * ((q * ((t * quartic) + (Vector256.Create(6.0) * m2))) - (Vector256.Create(4.0) * m3)));
        Vector256<double> next3 = m3 + (q * ((t * cubic) - (Vector256.Create(3.0) * m2)));
        (Vector256<double> nextHigh, Vector256<double> nextLow) = Lanes.Add(h, l, q);
        Vector256.ConditionalSelect(finite, total, w).StoreUnsafe(ref weights, i);
        Vector256.ConditionalSelect(finite, w2 + one, w2).StoreUnsafe(ref squares, i);
        Vector256.ConditionalSelect(finite, nextHigh, h).StoreUnsafe(ref highs, i);
        Vector256.ConditionalSelect(finite, nextLow, l).StoreUnsafe(ref lows, i);
        Vector256.ConditionalSelect(finite, m2 + t, m2).StoreUnsafe(ref seconds, i);
        Vector256.ConditionalSelect(finite, next3, m3).StoreUnsafe(ref thirds, i);
        Vector256.ConditionalSelect(finite, next4, m4).StoreUnsafe(ref fourths, i);
    }
}
