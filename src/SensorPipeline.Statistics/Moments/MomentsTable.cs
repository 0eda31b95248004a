using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// <see cref="Moments"/> of many streams side by side, four streams an instruction. A column ends up bit for bit as if its data had gone through <see cref="Moments.Observe"/>: the same
/// operations in the same order. State: six doubles a column.
/// </summary>
public sealed class MomentsTable : IRestorable
{
    private const int Fields = 6;

    private readonly LaneStore store;

    /// <summary>Columns that have observed nothing.</summary>
    /// <param name="columns">Number of streams.</param>
    public MomentsTable(int columns)
    {
        Columns = columns;
        store = new(columns, Fields);
    }

    /// <summary>Number of streams.</summary>
    public int Columns { get; }

    /// <summary>The moments of one stream.</summary>
    /// <param name="column">Which one.</param>
    public Moments this[int column]
    {
        get => new(store[column, 0], store[column, 1], store[column, 2], store[column, 3], store[column, 4], store[column, 5]);
        set => value.Split(
            out store[column, 0], out store[column, 1], out store[column, 2], out store[column, 3], out store[column, 4], out store[column, 5]);
    }

    /// <summary>One datum for every stream; a stream whose datum is not finite stays as it is.</summary>
    /// <param name="row">A datum a column.</param>
    public void Observe(ReadOnlySpan<double> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        ref double data = ref MemoryMarshal.GetReference(row);
        ref double block = ref store.First;
        int whole = row.Length & ~(Lanes.Width - 1);
        for (int i = 0; i < whole; i += Lanes.Width)
        {
            Observe(ref block, Vector256.LoadUnsafe(ref data, (nuint)i));
            block = ref Unsafe.Add(ref block, Fields * Lanes.Width);
        }

        if (whole < row.Length)
        {
            Observe(ref block, Lanes.LoadPartial(row[whole..]));
        }
    }

    /// <inheritdoc/>
    public int SnapshotLength => store.SnapshotLength;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state) => store.Snapshot(state);

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state) => store.Restore(state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Observe(ref double block, Vector256<double> x)
    {
        Vector256<double> before = Vector256.LoadUnsafe(ref block), h = Vector256.LoadUnsafe(ref block, 4), l = Vector256.LoadUnsafe(ref block, 8);
        Vector256<double> m2 = Vector256.LoadUnsafe(ref block, 12), m3 = Vector256.LoadUnsafe(ref block, 16), m4 = Vector256.LoadUnsafe(ref block, 20);
        Vector256<double> n = before + Vector256<double>.One;
        Vector256<double> d = x - h - l;
        Vector256<double> s = d * (Vector256<double>.One / n);
        Vector256<double> t = d * (s * before);
        Vector256<double> inner = Vector256.FusedMultiplyAdd(
            t, Vector256.FusedMultiplyAdd(n, n - Vector256.Create(3.0), Vector256.Create(3.0)), Vector256.Create(6.0) * m2);
        Vector256<double> next4 = Vector256.FusedMultiplyAdd(s, Vector256.FusedMultiplyAdd(s, inner, Vector256.Create(-4.0) * m3), m4);
        Vector256<double> next3 = Vector256.FusedMultiplyAdd(s, Vector256.FusedMultiplyAdd(t, n - Vector256.Create(2.0), Vector256.Create(-3.0) * m2), m3);
        (Vector256<double> nextHigh, Vector256<double> nextLow) = Lanes.Step(h, l, s);
        Vector256<double> next2 = m2 + t;
        if (!Lanes.AllFinite(x))
        {
            Vector256<double> finite = Lanes.AreFinite(x);
            n = Vector256.ConditionalSelect(finite, n, before);
            nextHigh = Vector256.ConditionalSelect(finite, nextHigh, h);
            nextLow = Vector256.ConditionalSelect(finite, nextLow, l);
            next2 = Vector256.ConditionalSelect(finite, next2, m2);
            next3 = Vector256.ConditionalSelect(finite, next3, m3);
            next4 = Vector256.ConditionalSelect(finite, next4, m4);
        }

        n.StoreUnsafe(ref block);
        nextHigh.StoreUnsafe(ref block, 4);
        nextLow.StoreUnsafe(ref block, 8);
        next2.StoreUnsafe(ref block, 12);
        next3.StoreUnsafe(ref block, 16);
        next4.StoreUnsafe(ref block, 20);
    }
}
