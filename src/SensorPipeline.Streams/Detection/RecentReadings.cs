using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The last nine readings, three groups of three: how far their median lies from what had been forecast before the first of them, and what they will teach once
/// they have left the window without a shift having been found. A group's readings are kept as differences from the forecast for its first, so that nothing
/// depends on the level. State: 88 bytes.
/// </summary>
internal struct RecentReadings
{
    /// <summary>Readings in the window.</summary>
    public const int Length = Group * Group;

    /// <summary>Readings in a group, and groups in the window.</summary>
    public const int Group = 3;

    /// <summary>What a reading teaches that is not to be learned from.</summary>
    public const byte Nothing = byte.MaxValue;

    private Readings errors;
    private Groups scales;
    private Groups moves;
    private Groups deviations;
    private float movedInGroup;
    private Lessons lessons;
    private byte group;
    private byte place;
    private byte count;

    /// <summary>Nothing seen. It begins within a group: medians are looked at after 11, 14, 17 … readings.</summary>
    public static RecentReadings New
    {
        get
        {
            var recent = new RecentReadings { place = 1 };
            ((Span<byte>)recent.lessons).Fill(Nothing);
            ((Span<float>)recent.deviations).Fill(float.NaN);
            return recent;
        }
    }

    /// <summary>Whether the reading that just entered fills the window and ends a group, which is when its median is looked at.</summary>
    public readonly bool EndsGroup
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => place == 0 && count == Length;
    }

    /// <summary>What the reading that leaves has to teach.</summary>
    public readonly byte Leaving => lessons[(Group * group) + place];

    /// <summary>How far the median was off when the reading that leaves had entered; NaN for most.</summary>
    public readonly float LeavingDeviation => place == Group - 1 ? deviations[group] : float.NaN;

    /// <summary>Takes in a reading in the place of the one that leaves.</summary>
    /// <param name="moved">How far the forecast moved since the reading before.</param>
    /// <param name="error">What the forecast left.</param>
    /// <param name="lesson">What it will teach.</param>
    /// <param name="scale">Scale of what forecasts leave.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(float moved, float error, byte lesson, float scale)
    {
        moved += movedInGroup;
        if (place == 0)
        {
            scales[group] = scale;
            moves[group] = moved;
            moved = 0;
        }
        else if (place == Group - 1)
        {
            deviations[group] = float.NaN;
        }

        movedInGroup = moved;
        int next = (Group * group) + place;
        errors[next] = error + moved;
        lessons[next] = lesson;
        count = count < Length ? (byte)(count + 1) : count;
        (group, place) = place < Group - 1 ? (group, (byte)(place + 1)) : (After(group), (byte)0);
    }

    /// <summary>
    /// Median of the full window at the end of a group: less what was forecast for its first reading, in the scale then, which is kept until it leaves; and less
    /// what is forecast now, in the sensor's unit.
    /// </summary>
    public (float FromThen, float FromNow) MedianDeviation()
    {
        byte oldest = group, middle = After(oldest), latest = After(middle);
        float toMiddle = moves[middle], toLatest = toMiddle + moves[latest];
        float median = Median(Three(oldest), Three(middle) + Vector128.Create(toMiddle), Three(latest) + Vector128.Create(toLatest));
        float deviation = median / scales[oldest];
        deviations[latest] = deviation;
        return (deviation, median - toLatest - movedInGroup);
    }

    /// <summary>The greatest of the lessons that begin like <paramref name="side"/>, in the bits of <paramref name="mask"/>; -1 where there is none.</summary>
    public readonly int Farthest(int side, int mask)
    {
        int farthest = -1;
        foreach (byte lesson in lessons)
        {
            farthest = lesson != Nothing && (lesson & ~mask) == side ? Math.Max(farthest, lesson & mask) : farthest;
        }

        return farthest;
    }

    private static byte After(byte group) => group == Group - 1 ? (byte)0 : (byte)(group + 1);

    // The fourth lane is whatever stands behind.
    private readonly Vector128<float> Three(byte group) => Vector128.LoadUnsafe(ref Unsafe.AsRef(in errors[Group * group]));

    // Of three sorted threes: the middle one of the greatest least, the median of the medians, and the least greatest.
    private static float Median(Vector128<float> x, Vector128<float> y, Vector128<float> z)
    {
        Vector128<float> low = Vector128.MinNative(x, y), high = Vector128.MaxNative(x, y);
        Vector128<float> least = Vector128.MinNative(low, z), most = Vector128.MaxNative(high, z), middle = Vector128.MaxNative(low, Vector128.MinNative(high, z));
        float greatest = float.MaxNative(float.MaxNative(least[0], least[1]), least[2]);
        float smallest = float.MinNative(float.MinNative(most[0], most[1]), most[2]);
        return Middle(greatest, Middle(middle[0], middle[1], middle[2]), smallest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Middle(float x, float y, float z) => float.MaxNative(float.MinNative(x, y), float.MinNative(float.MaxNative(x, y), z));

    [InlineArray(Length)]
    private struct Readings
    {
        private float element;
    }

    [InlineArray(Group)]
    private struct Groups
    {
        private float element;
    }

    [InlineArray(Length)]
    private struct Lessons
    {
        private byte element;
    }
}
