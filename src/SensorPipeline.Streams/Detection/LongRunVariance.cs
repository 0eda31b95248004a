namespace SensorPipeline.Streams.Detection;

/// <summary>
/// By how much the sums of a sequence vary more than those of independent standard normals would: mean square of the sums over blocks of 16,
/// divided by 16, forgotten with a memory of 64 blocks, beginning as if 8 had been those of such normals, and never below 1. State: 12 bytes.
/// </summary>
internal struct LongRunVariance
{
    private const int BlockLength = 16;
    private const int Memory = 64;
    private const int PriorBlocks = 8;
    private const float GreatestBlock = 64;

    private float sum;
    private float excess;
    private byte count;
    private byte blocks;

    /// <summary>One over the square root of the long-run variance; 1 before the first block.</summary>
    public float Scale { get; private set; }

    /// <summary>Nothing seen.</summary>
    public static LongRunVariance New => new() { Scale = 1 };

    /// <summary>After one more score. A block counts for so much at most: one change of level must not hide the next.</summary>
    public void Observe(float z)
    {
        sum += z;
        if (++count < BlockLength)
        {
            return;
        }

        blocks = (byte)Math.Min(blocks + 1, Memory - PriorBlocks);
        excess += (Math.Min(sum * sum / BlockLength, GreatestBlock) - 1 - excess) / (blocks + PriorBlocks);
        Scale = 1 / MathF.Sqrt(Math.Max(1, 1 + excess));
        Restart();
    }

    /// <summary>Begins the block anew: what it holds belongs to a change that was adopted.</summary>
    public void Restart() => (sum, count) = (0, 0);
}
