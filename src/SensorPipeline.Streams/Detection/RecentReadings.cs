using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The last nine readings: how far their median lies from what had been forecast before the first of them, and what they will teach once they have
/// left the window without a shift having been found. State: 148 bytes.
/// </summary>
internal struct RecentReadings
{
    /// <summary>Readings in the window.</summary>
    public const int Length = 9;

    /// <summary>Room for so many numbers before the window is in use.</summary>
    public const int Room = 4 * Length;

    private Window window;
    private byte next;
    private byte count;

    /// <summary>Whether the window is full once the next reading has entered.</summary>
    public readonly bool FillsWithNext => count >= Length - 1;

    /// <summary>A number kept before the window is in use.</summary>
    public float this[int index]
    {
        readonly get => window[index];
        set => window[index] = value;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => this = default;

    /// <summary>What the reading that leaves was, in its scale: its residual, and how far the median was off at its time; NaN where there is nothing to learn.</summary>
    public readonly (float Residual, float Deviation) Leaving
    {
        get
        {
            float leavingScale = window[(4 * next) + 2];
            return count == Length && leavingScale > 0 ? (window[(4 * next) + 1] / leavingScale, window[(4 * next) + 3]) : (float.NaN, float.NaN);
        }
    }

    /// <summary>Takes in a reading in the place of the one that leaves.</summary>
    /// <param name="moved">How far the forecast moved since the reading before.</param>
    /// <param name="error">What the forecast left.</param>
    /// <param name="scale">In what scale; negative where the reading is to teach nothing.</param>
    public void Enter(double moved, double error, double scale)
    {
        window[4 * next] = (float)moved;
        window[(4 * next) + 1] = (float)error;
        window[(4 * next) + 2] = (float)scale;
        window[(4 * next) + 3] = float.NaN;
    }

    /// <summary>Ends the entry of the reading.</summary>
    /// <param name="deviation">How far the median is off at its time, in the scale of the window's beginning.</param>
    public void Complete(float deviation)
    {
        window[(4 * next) + 3] = deviation;
        next = (byte)(next + 1 == Length ? 0 : next + 1);
        count = (byte)Math.Min(count + 1, Length);
    }

    /// <summary>Median of the full window: less what was forecast for its first reading, in the scale then; and less what is forecast now, in the sensor's unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly (float FromThen, float FromNow) MedianDeviation()
    {
        // Forecasts are chained from the first by their moves, so that nothing here depends on the level.
        Span<float> x = stackalloc float[Length];
        float forecast = 0;
        int at = next;
        for (int i = 0; i < Length; i++)
        {
            at = at + 1 == Length ? 0 : at + 1;
            forecast += i == 0 ? 0 : window[4 * at];
            x[i] = forecast + window[(4 * at) + 1];
        }

        int first = next + 1 == Length ? 0 : next + 1;
        float median = MedianOfNine(x);
        return (median / MathF.Abs(window[(4 * first) + 2]), median - forecast);
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
        float least = MathF.Min(low, high);
        high = MathF.Max(low, high);
        low = least;
    }

    [InlineArray(Room)]
    private struct Window
    {
        private float element;
    }
}
