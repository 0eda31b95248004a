namespace SensorPipeline.Streams.Detection;

/// <summary>
/// By how much the sums of a sequence vary more than those of independent standard normals would: mean square of the sums over blocks of 16,
/// divided by 16, forgotten with a memory of 64 blocks, beginning as if 8 had been those of such normals, and never below 1. State: 24 bytes.
/// </summary>
internal readonly record struct LongRunVariance(double BlockSum, int BlockCount, int Blocks, double Excess)
{
    private const int BlockLength = 16;
    private const int Memory = 64;
    private const int PriorBlocks = 8;
    private const double GreatestBlock = 64;

    /// <summary>Square root of the long-run variance; 1 before the first block.</summary>
    public double StandardDeviation => Math.Sqrt(Math.Max(1, 1 + Excess));

    /// <summary>After one more score. A block counts for so much at most: one change of level must not hide the next.</summary>
    public LongRunVariance Observe(double z)
    {
        double sum = BlockSum + z;
        if (BlockCount + 1 < BlockLength)
        {
            return this with { BlockSum = sum, BlockCount = BlockCount + 1 };
        }

        int blocks = Math.Min(Blocks + 1, Memory - PriorBlocks);
        double square = Math.Min(sum * sum / BlockLength, GreatestBlock);
        return new LongRunVariance(0, 0, blocks, Excess + ((square - 1 - Excess) / (blocks + PriorBlocks)));
    }
}
