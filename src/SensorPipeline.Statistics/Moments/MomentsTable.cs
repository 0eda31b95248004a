using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// <see cref="Moments"/> of many streams side by side, one array a field, four streams an instruction. A column ends up bit for bit as if its data had gone through
/// <see cref="Moments.Observe"/>: the same operations in the same order. State: six doubles a column.
/// </summary>
public sealed class MomentsTable
{
    private readonly double[] count;
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] second;
    private readonly double[] third;
    private readonly double[] fourth;

    /// <summary>Columns that have observed nothing.</summary>
    /// <param name="columns">Number of streams.</param>
    public MomentsTable(int columns)
    {
        Columns = columns;
        int padded = Lanes.Padded(columns);
        count = new double[padded];
        high = new double[padded];
        low = new double[padded];
        second = new double[padded];
        third = new double[padded];
        fourth = new double[padded];
    }

    /// <summary>Number of streams.</summary>
    public int Columns { get; }

    /// <summary>The moments of one stream.</summary>
    /// <param name="column">Which one.</param>
    public Moments this[int column]
    {
        get => new(count[column], high[column], low[column], second[column], third[column], fourth[column]);
        set => value.Split(out count[column], out high[column], out low[column], out second[column], out third[column], out fourth[column]);
    }

    /// <summary>One datum for every stream; a stream whose datum is not finite stays as it is.</summary>
    /// <param name="row">A datum a column.</param>
    public void Observe(ReadOnlySpan<double> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        ref double data = ref MemoryMarshal.GetReference(row);
        int whole = row.Length & ~(Lanes.Width - 1);
        for (int i = 0; i < whole; i += Lanes.Width)
        {
            Observe(i, Vector256.LoadUnsafe(ref data, (nuint)i));
        }

        if (whole < row.Length)
        {
            Observe(whole, Lanes.LoadPartial(row[whole..]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(int column, Vector256<double> x)
    {
        nuint i = (nuint)column;
        ref double counts = ref MemoryMarshal.GetArrayDataReference(count), highs = ref MemoryMarshal.GetArrayDataReference(high);
        ref double lows = ref MemoryMarshal.GetArrayDataReference(low), seconds = ref MemoryMarshal.GetArrayDataReference(second);
        ref double thirds = ref MemoryMarshal.GetArrayDataReference(third), fourths = ref MemoryMarshal.GetArrayDataReference(fourth);
        Vector256<double> h = Vector256.LoadUnsafe(ref highs, i), l = Vector256.LoadUnsafe(ref lows, i);
        Vector256<double> m2 = Vector256.LoadUnsafe(ref seconds, i), m3 = Vector256.LoadUnsafe(ref thirds, i), m4 = Vector256.LoadUnsafe(ref fourths, i);
        Vector256<double> before = Vector256.LoadUnsafe(ref counts, i), n = before + Vector256<double>.One;
        Vector256<double> finite = Lanes.AreFinite(x);
        Vector256<double> d = x - h - l;
        Vector256<double> s = d / n;
        Vector256<double> t = d * (s * before);
        Vector256<double> next4 = m4 + (s * ((s * ((t * ((n * n) - (Vector256.Create(3.0) * n) + Vector256.Create(3.0))) + (Vector256.Create(6.0) * m2))) - (Vector256.Create(4.0) * m3)));
        Vector256<double> next3 = m3 + (s * ((t * (n - Vector256.Create(2.0))) - (Vector256.Create(3.0) * m2)));
        (Vector256<double> nextHigh, Vector256<double> nextLow) = Lanes.Add(h, l, s);
        Vector256.ConditionalSelect(finite, n, before).StoreUnsafe(ref counts, i);
        Vector256.ConditionalSelect(finite, nextHigh, h).StoreUnsafe(ref highs, i);
        Vector256.ConditionalSelect(finite, nextLow, l).StoreUnsafe(ref lows, i);
        Vector256.ConditionalSelect(finite, m2 + t, m2).StoreUnsafe(ref seconds, i);
        Vector256.ConditionalSelect(finite, next3, m3).StoreUnsafe(ref thirds, i);
        Vector256.ConditionalSelect(finite, next4, m4).StoreUnsafe(ref fourths, i);
    }
}
