using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>Four numbers that are worked on together; packed, since a table of sensors is not aligned for vectors. State: 16 bytes.</summary>
[InlineArray(Count)]
internal struct Lanes
{
    public const int Count = 4;

    private float element;

    public Vector128<float> Vector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Vector128.LoadUnsafe(ref Unsafe.AsRef(in element));
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => value.StoreUnsafe(ref element);
    }
}
