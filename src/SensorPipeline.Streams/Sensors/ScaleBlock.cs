using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Streams.Detection;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Sensors whose local scales have a residual to learn. By itself each would wait for its own logarithms; side by side, four to a register, they cost a quarter.
/// A scale is learned before its sensor is judged again and before the batch ends, so that what stands together shows nowhere.
/// </summary>
internal sealed class ScaleBlock
{
    // Of the sensors a bit each.
    private const int BitsPower = 6;

    private readonly int[] sensors = new int[Residuals.Room];
    private ulong[] held = [];
    private LocalScale idle = LocalScale.Start(1);

    /// <summary>The residuals.</summary>
    public Residuals Residuals { get; } = new();

    /// <summary>Whether a sensor's scale has something to learn first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int sensor) => sensor >> BitsPower < held.Length && ((held[sensor >> BitsPower] >> sensor) & 1) != 0;

    /// <summary>Notes whose residual it was that was added last, a sensor it did not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(int sensor, Span<SensorState> states)
    {
        if (sensor >> BitsPower >= held.Length)
        {
            Array.Resize(ref held, (states.Length >> BitsPower) + 1);
        }

        held[sensor >> BitsPower] |= 1UL << sensor;
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

        foreach (int sensor in sensors.AsSpan(0, Residuals.Count))
        {
            held[sensor >> BitsPower] = 0;
        }

        Residuals.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref LocalScale Scale(int at, Span<SensorState> states) => ref at < Residuals.Count ? ref states[sensors[at]].Scale : ref idle;
}
