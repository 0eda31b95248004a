using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// The fields of many streams in blocks of four streams: a block holds four values of the first field, four of the second and so on. An update walks one run of memory from end to end, and no
/// load crosses a cache line.
/// </summary>
internal sealed class LaneStore
{
    private const int Alignment = 64;

    private readonly double[] memory;
    private readonly int offset;
    private readonly int columns;
    private readonly int fields;

    internal LaneStore(int columns, int fields)
    {
        this.columns = columns;
        this.fields = fields;
        memory = GC.AllocateArray<double>((Lanes.Padded(columns) * fields) + (Alignment / sizeof(double)), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        offset = (int)((Alignment - (address % Alignment)) % Alignment) / sizeof(double);
    }

    /// <summary>The first number of the first block; blocks follow each other.</summary>
    internal ref double First => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(memory), offset);

    internal ref double this[int column, int field] =>
        ref memory[offset + ((column & ~(Lanes.Width - 1)) * fields) + (field * Lanes.Width) + (column & (Lanes.Width - 1))];

    /// <summary>Columns times fields.</summary>
    internal int SnapshotLength => columns * fields;

    /// <summary>Writes the fields of one column after those of the other.</summary>
    internal void Snapshot(Span<double> state)
    {
        for (int i = 0; i < SnapshotLength; i++)
        {
            state[i] = this[i / fields, i % fields];
        }
    }

    /// <summary>Takes what <see cref="Snapshot"/> wrote; the first field of a column is its weight.</summary>
    internal void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        for (int column = 0; column < columns; column++)
        {
            double weight = state[column * fields];
            SnapshotState.Require(weight >= 0 && double.IsFinite(weight), "a weight out of range");
        }

        for (int i = 0; i < state.Length; i++)
        {
            this[i / fields, i % fields] = state[i];
        }
    }
}
