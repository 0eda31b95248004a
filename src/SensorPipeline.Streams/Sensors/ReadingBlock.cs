using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Readings of different sensors that take each step together. By itself a reading is one long chain of operations that wait for each other; side by side the processor works
/// on several, and what takes logarithms and roots is learned eight to a register (<see cref="Residuals"/>). Sensors know nothing of each other, so that what stands together shows nowhere. A step is a
/// call of its own: inside a loop the compiler takes branches for choices that are as good as random.
/// </summary>
internal sealed class ReadingBlock(Budget budget, Seasons seasons, AlarmRecords records)
{
    private const int Room = Residuals.Room;

    // Of the rows a bit each.
    private const int BitsPower = 6;

    private readonly Passage[] passages = new Passage[Room];
    private readonly Residuals residuals = new();
    private readonly int[] learning = new int[Room];
    private ulong[] held = [];
    private int count;

    /// <summary>Whether no other reading can enter.</summary>
    public bool IsFull => count == Room;

    /// <summary>Whether the sensor of a row has a reading in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int row) => row >> BitsPower < held.Length && ((held[row >> BitsPower] >> row) & 1) != 0;

    /// <summary>Takes in a reading of a sensor it does not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(in Input reading, int row, int place, long sequence, double? fleetTotal, Span<SensorState> states, List<StreamEvent> events)
    {
        if (row >> BitsPower >= held.Length)
        {
            Array.Resize(ref held, (states.Length >> BitsPower) + 1);
        }

        held[row >> BitsPower] |= 1UL << row;
        ref Passage passage = ref passages[count++];
        (passage.Row, passage.Place) = (row, place);
        states[row].Arrive(reading, sequence, budget, seasons, fleetTotal, events, ref passage);
    }

    /// <summary>Takes all it holds through.</summary>
    [SkipLocalsInit]
    public void Complete(ReadOnlySpan<Input> readings, long firstSequence, Span<SensorState> states, SensorBatch output)
    {
        Span<Passage> all = passages.AsSpan(0, count);
        Judge(all, states);
        Watch(all, readings, firstSequence, states, output.Events);
        Learn(all, readings, firstSequence, states, output.Judgements.AddSpan(count));
        count = 0;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Judge(Span<Passage> all, Span<SensorState> states)
    {
        foreach (ref Passage passage in all)
        {
            states[passage.Row].Judge(budget, ref passage);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Watch(Span<Passage> all, ReadOnlySpan<Input> readings, long firstSequence, Span<SensorState> states, List<StreamEvent> events)
    {
        foreach (ref Passage passage in all)
        {
            states[passage.Row].Watch(readings[passage.Place], firstSequence + passage.Place, budget, records, events, ref passage);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(Span<Passage> all, ReadOnlySpan<Input> readings, long firstSequence, Span<SensorState> states, Span<Judgement> judgements)
    {
        residuals.Clear();
        for (int i = 0; i < all.Length; i++)
        {
            ref Passage passage = ref all[i];
            held[passage.Row >> BitsPower] = 0;
            learning[residuals.Count] = passage.Row;
            states[passage.Row].Learn(readings[passage.Place], firstSequence + passage.Place, budget, seasons, residuals, passage, out judgements[i]);
        }

        residuals.Learn();
        for (int i = 0; i < residuals.Count; i++)
        {
            states[learning[i]].Take(residuals, i);
        }
    }
}
