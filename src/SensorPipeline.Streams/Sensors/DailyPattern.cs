using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// The times of day at which a sensor does what stands out: a heater that starts at six, a job that runs at night. What does so again within seven days, to
/// the same side, within a quarter of an hour (or one reading, if that is longer) and not half as far out again, is the sensor's pattern and no news.
/// <para>Were alarms independent of the time of day, one a day would be taken for a pattern one time in fourteen: half an hour of each day for seven alarms before
/// it, half of them to its side.</para>
/// State: 32 bytes, the last eight times in minutes, each the latest of its pattern; they come round after 22 days.
/// </summary>
[InlineArray(Times)]
internal struct DailyPattern
{
    private const int Times = 8;
    private const int Day = 24 * 60;
    private const int Memory = 7 * Day;
    private const int LeastTolerance = 15;
    private const int GreatestTolerance = Day / 8;
    private const float Farther = 1.5f;

    private Noted element;

    /// <summary>Takes note of something that stands out: whether it belongs to a pattern.</summary>
    /// <param name="time">When it began.</param>
    /// <param name="deviation">By how much, and to which side.</param>
    /// <param name="isChange">Whether it is more than a reading that stands out.</param>
    /// <param name="intervalSeconds">The sensor's typical interval.</param>
    public bool Recurs(EventTime time, double deviation, bool isChange, double intervalSeconds)
    {
        var now = new Noted(time, (float)deviation, isChange);
        int tolerance = (int)Math.Clamp(intervalSeconds / 60, LeastTolerance, GreatestTolerance), place = 0;
        while (place < Times && !now.IsAgain(this[place], tolerance))
        {
            place++;
        }

        bool recurs = place < Times && now.Distance <= Farther * this[place].Distance;
        now = recurs && this[place].Distance > now.Distance ? now.As(this[place]) : now;
        for (int i = Math.Min(place, Times - 1); i > 0; i--)
        {
            this[i] = this[i - 1];
        }

        this[0] = now;
        return recurs;
    }

    // From the top: the deviation's sign, exponent and seven bits of its significand, whether it was a change, the minute.
    private readonly record struct Noted
    {
        private const uint Deviation = 0xFFFF_0000;
        private const uint Change = 0x8000;
        private const uint Minutes = Change - 1;
        private const uint Kind = 0x8000_0000 | Change;

        private readonly uint bits;

        public Noted(EventTime time, float deviation, bool isChange) =>
            bits = (BitConverter.SingleToUInt32Bits(deviation) & Deviation) | (isChange ? Change : 0) | ((uint)(time.Ticks / TimeSpan.TicksPerMinute) & Minutes);

        private Noted(uint bits) => this.bits = bits;

        public float Distance => Math.Abs(BitConverter.UInt32BitsToSingle(bits & Deviation));

        // The same instant, as far out as another.
        public Noted As(Noted other) => new((other.bits & Deviation) | (bits & ~Deviation));

        public bool IsAgain(Noted former, int tolerance)
        {
            int ago = (int)((bits - former.bits) & Minutes), days = (ago + (Day / 2)) / Day;
            return former.bits != 0 && ((bits ^ former.bits) & Kind) == 0 && days > 0 && ago <= Memory + tolerance && Math.Abs(ago - (days * Day)) <= tolerance;
        }
    }
}
