using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Of the sums of the level, up and down: when each left zero, and the sum of the readings since. Without a branch: whether a sum is at zero is as good as random. State: 32 bytes.
/// </summary>
internal struct Since
{
    private Pair<long> began;
    private Pair<double> totals;

    /// <summary>When a sum left zero.</summary>
    public readonly EventTime Began(int lane) => new(began[lane]);

    /// <summary>Sum of the readings since.</summary>
    public readonly double Total(int lane) => totals[lane];

    /// <summary>After one more reading.</summary>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="lengths">Readings since each sum left zero, this one included, in the first two lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(double x, EventTime time, Vector128<float> lengths)
    {
        Vector128<double> goesOn = Vector128.GreaterThan(Vector128.WidenLower(lengths), Vector128<double>.One), reading = Vector128.Create(x);
        Vector128<long> former = Vector128.LoadUnsafe(ref began[0]);
        Vector128<double> total = Vector128.LoadUnsafe(ref totals[0]);
        Vector128.ConditionalSelect(goesOn.AsInt64(), former, Vector128.Create(time.Ticks)).StoreUnsafe(ref began[0]);
        Vector128.ConditionalSelect(goesOn, total + reading, reading).StoreUnsafe(ref totals[0]);
    }

    [InlineArray(2)]
    private struct Pair<T>
        where T : unmanaged
    {
        private T element;
    }
}
