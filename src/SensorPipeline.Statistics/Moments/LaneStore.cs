using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    private readonly int fields;

    internal LaneStore(int columns, int fields)
    {
        this.fields = fields;
        memory = GC.AllocateArray<double>((Lanes.Padded(columns) * fields) + (Alignment / sizeof(double)), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        offset = (int)((Alignment - (address % Alignment)) % Alignment) / sizeof(double);
    }

    /// <summary>The first number of the first block; blocks follow each other.</summary>
    internal ref double First => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(memory), offset);

    internal ref double this[int column, int field] =>
        ref memory[offset + ((column & ~(Lanes.Width - 1)) * fields) + (field * Lanes.Width) + (column & (Lanes.Width - 1))];
}
