using System.Numerics;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// The latest readings of each sensor. Every reading of the service is written here, so what sensors say at about one time lies together: rings of
/// several sensors share a block, slot by slot, and readings that follow each other are mostly neighbours in memory. For one thread at a time.
/// </summary>
/// <param name="capacity">Readings kept of a sensor.</param>
/// <param name="sensors">Sensors with a smaller index than this are kept.</param>
internal sealed class ReadingRings(int capacity, int sensors)
{
    private const int MostSharing = 64;
    private const int BlockReadings = 1 << 16;

    // Sensors that share a block are a power of two.
    private readonly int shift = BitOperations.Log2((uint)Math.Clamp(BlockReadings / capacity, 1, MostSharing));
    private Stored[]?[] blocks = [];
    private Cursor[] cursors = [];

    /// <summary>Remembers a judgement.</summary>
    public void Add(in Judgement judgement)
    {
        int sensor = judgement.Sensor;
        if (sensor >= cursors.Length)
        {
            if (sensor >= sensors)
            {
                return;
            }

            Grow(sensor);
        }

        ref Cursor cursor = ref cursors[sensor];
        Stored[] block = cursor.Block ??= Begin(ref cursor, sensor);
        block[cursor.Next].Set(judgement);
        int next = cursor.Next + (1 << shift);
        cursor.Next = next < block.Length ? next : Place(sensor);
        cursor.Position++;
    }

    /// <summary>Appends what was added behind a position and is still there; returns the position reached.</summary>
    public long CopyAfter(int sensor, long after, List<HistoryPoint> points)
    {
        if ((uint)sensor >= (uint)cursors.Length || cursors[sensor].Block is not { } block)
        {
            return 0;
        }

        long end = cursors[sensor].Position;
        for (long position = Math.Max(Math.Max(after, 0), end - capacity); position < end; position++)
        {
            points.Add(block[((position % capacity) << shift) + Place(sensor)].ToPoint());
        }

        return end;
    }

    private int Place(int sensor) => sensor & ((1 << shift) - 1);

    private Stored[] Begin(ref Cursor cursor, int sensor)
    {
        cursor.Next = Place(sensor);
        return blocks[sensor >> shift] ??= new Stored[capacity << shift];
    }

    private void Grow(int sensor)
    {
        int length = Math.Min(sensors, Math.Max(sensor + 1, cursors.Length * 2));
        Array.Resize(ref cursors, length);
        Array.Resize(ref blocks, ((length - 1) >> shift) + 1);
    }

    private struct Cursor
    {
        public Stored[]? Block;
        public long Position;
        public int Next;
    }

    // What a plot cannot show is not kept: of the forecast seven digits of its distance from the reading. Set in place, for a copy on the way costs as
    // much as all else.
    private struct Stored
    {
        private EventTime time;
        private double value;
        private float residual;
        private float standardDeviation;
        private float tailProbability;
        private bool isFlagged;

        public void Set(in Judgement judgement)
        {
            time = judgement.Time;
            value = judgement.Value;
            residual = (float)(judgement.Value - judgement.Mean);
            standardDeviation = (float)judgement.StandardDeviation;
            tailProbability = (float)judgement.TailProbability;
            isFlagged = judgement.IsOutlier || judgement.Verdict == Verdict.Outlier;
        }

        public readonly HistoryPoint ToPoint() => new(time, value, value - residual, standardDeviation, tailProbability, isFlagged);
    }
}
