using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The last nine readings, three groups of three: how far their median lies from what had been forecast before the first of them, and what they will teach once
/// they have left the window without a shift having been found. A group's readings are kept as differences from the forecast for its first, so that nothing
/// depends on the level. State: 132 bytes.
/// </summary>
internal struct RecentReadings
{
    /// <summary>Readings in the window.</summary>
    public const int Length = 9;

    /// <summary>Readings in a group.</summary>
    public const int Group = 3;

    /// <summary>Room for so many numbers before the window is in use.</summary>
    public const int Room = 32;

    // Where in the window are the residuals that teach, and of each group its scale, by how much its forecast had moved, and the median's deviation at its end.
    private const int Residuals = Length;
    private const int Scales = 2 * Length;
    private const int Moves = Scales + Group;
    private const int Deviations = Moves + Group;
    private const int MovedInGroup = Deviations + Group;

    private Window window;
    private byte next;
    private byte count;

    /// <summary>Whether the reading that just entered fills the window and ends a group, which is when its median is looked at.</summary>
    public readonly bool EndsGroup => count == Length && next % Group == 0;

    /// <summary>A number kept before the window is in use.</summary>
    public float this[int index]
    {
        readonly get => window[index];
        set => window[index] = value;
    }

    /// <summary>Forgets everything. It begins within a group: medians are looked at after 11, 14, 17 … readings.</summary>
    public void Clear() => this = new RecentReadings { next = 1 };

    /// <summary>What the reading that leaves has to teach: its residual in its scale; NaN for nothing.</summary>
    public readonly float LeavingResidual => count == Length ? window[Residuals + next] : float.NaN;

    /// <summary>How far the median was off when the reading that leaves had entered; NaN for most.</summary>
    public readonly float LeavingDeviation => count == Length && next % Group == Group - 1 ? window[Deviations + (next / Group)] : float.NaN;

    /// <summary>Takes in a reading in the place of the one that leaves.</summary>
    /// <param name="moved">How far the forecast moved since the reading before.</param>
    /// <param name="error">What the forecast left.</param>
    /// <param name="residual">What it will teach; NaN for nothing.</param>
    /// <param name="scale">Scale of what forecasts leave.</param>
    public void Enter(float moved, float error, float residual, float scale)
    {
        int group = next / Group, place = next % Group;
        moved += window[MovedInGroup];
        if (place == 0)
        {
            window[Scales + group] = scale;
            window[Moves + group] = moved;
            moved = 0;
        }
        else if (place == Group - 1)
        {
            window[Deviations + group] = float.NaN;
        }

        window[MovedInGroup] = moved;
        window[next] = error + moved;
        window[Residuals + next] = residual;
        next = (byte)(next + 1 == Length ? 0 : next + 1);
        count = (byte)Math.Min(count + 1, Length);
    }

    /// <summary>
    /// Median of the full window at the end of a group: less what was forecast for its first reading, in the scale then, which is kept until it leaves; and less
    /// what is forecast now, in the sensor's unit.
    /// </summary>
    public (float FromThen, float FromNow) MedianDeviation()
    {
        Span<float> x = stackalloc float[Length];
        int group = next / Group;
        float scale = window[Scales + group], forecast = 0;
        for (int i = 0; i < Group; i++)
        {
            forecast += i == 0 ? 0 : window[Moves + group];
            for (int j = 0; j < Group; j++)
            {
                x[(Group * i) + j] = forecast + window[(Group * group) + j];
            }

            group = group + 1 == Group ? 0 : group + 1;
        }

        float median = MedianOfNine(x), deviation = median / scale;
        window[Deviations + ((next == 0 ? Length : next) / Group) - 1] = deviation;
        return (deviation, median - forecast - window[MovedInGroup]);
    }

    /// <summary>The residual that lies farthest on the side of a deviation; 0 where none does.</summary>
    public readonly float Extreme(float deviation)
    {
        float farthest = 0, sign = MathF.CopySign(1, deviation);
        for (int i = 0; i < Length; i++)
        {
            farthest = float.MaxNumber(farthest, sign * window[Residuals + i]);
        }

        return sign * farthest;
    }

    // Nineteen exchanges (Devillard, 1998).
    private static float MedianOfNine(Span<float> x)
    {
        Sort(ref x[1], ref x[2]);
        Sort(ref x[4], ref x[5]);
        Sort(ref x[7], ref x[8]);
        Sort(ref x[0], ref x[1]);
        Sort(ref x[3], ref x[4]);
        Sort(ref x[6], ref x[7]);
        Sort(ref x[1], ref x[2]);
        Sort(ref x[4], ref x[5]);
        Sort(ref x[7], ref x[8]);
        Sort(ref x[0], ref x[3]);
        Sort(ref x[5], ref x[8]);
        Sort(ref x[4], ref x[7]);
        Sort(ref x[3], ref x[6]);
        Sort(ref x[1], ref x[4]);
        Sort(ref x[2], ref x[5]);
        Sort(ref x[4], ref x[7]);
        Sort(ref x[4], ref x[2]);
        Sort(ref x[6], ref x[4]);
        Sort(ref x[4], ref x[2]);
        return x[4];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sort(ref float low, ref float high)
    {
        float least = float.MinNative(low, high);
        high = float.MaxNative(low, high);
        low = least;
    }

    [InlineArray(Room)]
    private struct Window
    {
        private float element;
    }
}
