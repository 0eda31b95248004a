using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Streams.Detection;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Sensors whose local scales have a residual to learn. By itself each would wait for its own logarithms; side by side, four to a register, they cost a quarter.
/// A scale is learned before its sensor is judged again and before the batch ends, so that what stands together shows nowhere.
/// </summary>
internal sealed class ScaleBlock
{
    private const int Nobody = -1;

    private readonly int[] sensors = new int[Residuals.Room];
    private LocalScale idle = LocalScale.Start(1);

    /// <summary>An empty block.</summary>
    public ScaleBlock() => Array.Fill(sensors, Nobody);

    /// <summary>The residuals.</summary>
    public Residuals Residuals { get; } = new();

    /// <summary>Whether a sensor's scale has something to learn first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int sensor)
    {
        Vector256<int> sought = Vector256.Create(sensor);
        ref int first = ref MemoryMarshal.GetArrayDataReference(sensors);
        return (Vector256.Equals(Vector256.LoadUnsafe(ref first), sought) | Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)Vector256<int>.Count), sought)) != Vector256<int>.Zero;
    }

    /// <summary>Notes whose residual it was that was added last, a sensor it did not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(int sensor, Span<SensorState> states)
    {
        sensors[Residuals.Count - 1] = sensor;
        if (Residuals.Count == Residuals.Room)
        {
            Learn(states);
        }
    }

    /// <summary>Learns what it holds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Learn(Span<SensorState> states)
    {
        for (int at = 0; at < Residuals.Count; at += Vector256<double>.Count)
        {
            LocalScale.Observe(ref Scale(at, states), ref Scale(at + 1, states), ref Scale(at + 2, states), ref Scale(at + 3, states), Residuals, at);
        }

        for (int at = 0; at < Residuals.Count; at += Vector256<double>.Count)
        {
            LocalScale.Join(ref Scale(at, states), ref Scale(at + 1, states), ref Scale(at + 2, states), ref Scale(at + 3, states), Residuals, at);
        }

        sensors.AsSpan(0, Residuals.Count).Fill(Nobody);
        Residuals.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref LocalScale Scale(int at, Span<SensorState> states) => ref at < Residuals.Count ? ref states[sensors[at]].Scale : ref idle;
}
