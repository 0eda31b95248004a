using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// <see cref="ExponentialMoments"/> of many streams side by side, four streams an instruction; with given shares a column ends up bit for bit as the single estimator. State: eight doubles a
/// column.
/// </summary>
public sealed class ExponentialMomentsTable : IRestorable
{
    private const int Fields = 8;

    private readonly LaneStore store;

    /// <summary>Columns that have observed nothing.</summary>
    /// <param name="columns">Number of streams.</param>
    public ExponentialMomentsTable(int columns)
    {
        Columns = columns;
        store = new(columns, Fields);
    }

    /// <summary>Number of streams.</summary>
    public int Columns { get; }

    /// <summary>The moments of one stream.</summary>
    /// <param name="column">Which one.</param>
    public ExponentialMoments this[int column] => new(
        store[column, 0], store[column, 1], store[column, 2], store[column, 3], store[column, 4], store[column, 5], store[column, 6], store[column, 7]);

    /// <summary>One datum for every stream, each after its own time step. A stream whose datum is not finite fades all the same.</summary>
    /// <param name="row">A datum a column.</param>
    /// <param name="steps">Time since the last datum, in the unit of the time constant; one that goes back forgets nothing.</param>
    /// <param name="timeConstant">Time in which a weight falls to 1/e.</param>
    public void Observe(ReadOnlySpan<double> row, ReadOnlySpan<double> steps, double timeConstant)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(steps.Length, Columns);
        ref double data = ref MemoryMarshal.GetReference(row), ages = ref MemoryMarshal.GetReference(steps);
        ref double block = ref store.First;
        Vector256<double> rate = Vector256.Create(-1 / timeConstant);
        int whole = row.Length & ~(Lanes.Width - 1);
        for (int i = 0; i < whole; i += Lanes.Width)
        {
            Observe(ref block, Vector256.LoadUnsafe(ref data, (nuint)i), Lanes.Decay(Vector256.LoadUnsafe(ref ages, (nuint)i) * rate));
            block = ref Unsafe.Add(ref block, Fields * Lanes.Width);
        }

        if (whole < row.Length)
        {
            Observe(ref block, Lanes.LoadPartial(row[whole..]), Lanes.Decay(Lanes.LoadPartial(steps[whole..], missing: 0) * rate));
        }
    }

    /// <summary>One datum for every stream after each has retained a share of its past.</summary>
    /// <param name="row">A datum a column.</param>
    /// <param name="shares">A share a column, in [0,1].</param>
    public void Observe(ReadOnlySpan<double> row, ReadOnlySpan<double> shares)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, Columns);
        ref double data = ref MemoryMarshal.GetReference(row), kept = ref MemoryMarshal.GetReference(shares);
        ref double block = ref store.First;
        int whole = row.Length & ~(Lanes.Width - 1);
        for (int i = 0; i < whole; i += Lanes.Width)
        {
            Observe(ref block, Vector256.LoadUnsafe(ref data, (nuint)i), Vector256.LoadUnsafe(ref kept, (nuint)i));
            block = ref Unsafe.Add(ref block, Fields * Lanes.Width);
        }

        if (whole < row.Length)
        {
            Observe(ref block, Lanes.LoadPartial(row[whole..]), Lanes.LoadPartial(shares[whole..], missing: 1));
        }
    }

    /// <inheritdoc/>
    public int SnapshotLength => store.SnapshotLength;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state) => store.Snapshot(state);

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state) => store.Restore(state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Observe(ref double block, Vector256<double> x, Vector256<double> share)
    {
        Vector256<double> square = share * share;
        Vector256<double> w = share * Vector256.LoadUnsafe(ref block), w2 = square * Vector256.LoadUnsafe(ref block, 4);
        Vector256<double> pairs = square * Vector256.LoadUnsafe(ref block, 8);
        Vector256<double> h = Vector256.LoadUnsafe(ref block, 12), l = Vector256.LoadUnsafe(ref block, 16);
        Vector256<double> m2 = share * Vector256.LoadUnsafe(ref block, 20), m3 = share * Vector256.LoadUnsafe(ref block, 24);
        Vector256<double> m4 = share * Vector256.LoadUnsafe(ref block, 28);
        Vector256<double> one = Vector256<double>.One;
        Vector256<double> total = w + one;
        Vector256<double> d = x - h - l;
        Vector256<double> q = d * (one / total);
        Vector256<double> t = d * (q * w);
        Vector256<double> cubic = w - one;
        Vector256<double> inner = Vector256.FusedMultiplyAdd(t, Vector256.FusedMultiplyAdd(w, cubic, one), Vector256.Create(6.0) * m2);
        Vector256<double> next4 = Vector256.FusedMultiplyAdd(q, Vector256.FusedMultiplyAdd(q, inner, Vector256.Create(-4.0) * m3), m4);
        Vector256<double> next3 = Vector256.FusedMultiplyAdd(q, Vector256.FusedMultiplyAdd(t, cubic, Vector256.Create(-3.0) * m2), m3);
        (Vector256<double> nextHigh, Vector256<double> nextLow) = Lanes.Step(h, l, q);
        Vector256<double> nextSquare = w2 + one, next2 = m2 + t;
        Vector256<double> nextPairs = Vector256.FusedMultiplyAdd(Vector256.Create(2.0), w, pairs);
        if (!Lanes.AllFinite(x))
        {
            Vector256<double> finite = Lanes.AreFinite(x);
            total = Vector256.ConditionalSelect(finite, total, w);
            nextSquare = Vector256.ConditionalSelect(finite, nextSquare, w2);
            nextPairs = Vector256.ConditionalSelect(finite, nextPairs, pairs);
            nextHigh = Vector256.ConditionalSelect(finite, nextHigh, h);
            nextLow = Vector256.ConditionalSelect(finite, nextLow, l);
            next2 = Vector256.ConditionalSelect(finite, next2, m2);
            next3 = Vector256.ConditionalSelect(finite, next3, m3);
            next4 = Vector256.ConditionalSelect(finite, next4, m4);
        }

        total.StoreUnsafe(ref block);
        nextSquare.StoreUnsafe(ref block, 4);
        nextPairs.StoreUnsafe(ref block, 8);
        nextHigh.StoreUnsafe(ref block, 12);
        nextLow.StoreUnsafe(ref block, 16);
        next2.StoreUnsafe(ref block, 20);
        next3.StoreUnsafe(ref block, 24);
        next4.StoreUnsafe(ref block, 28);
    }
}
