using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// What scores are like in the long run, which is no change. Their mean and mean square, with a memory of 2000: a forecast may be off by a
/// constant on skewed noise, and scores a little too wide or too narrow. The mean square of scores times their loudness, which on noise that comes in bursts
/// is not 1. By how much sums of scores, and of their squares, vary more than those
/// of independent standard normals: mean square of sums over blocks of 16, divided by 16, with a memory of 64 blocks. All of it begins as if
/// standard normals had been seen, and is brought up to date a block at a time. State: 48 bytes.
/// </summary>
internal struct LongRun
{
    /// <summary>A square counts for so much at most: a change of the noise is more than an outlier or two.</summary>
    public const float MostSquare = 9;

    private const int Block = 16;
    private const int Memory = 2000;
    private const int Prior = 64;
    private const int BlockMemory = 64;
    private const int PriorBlocks = 8;

    // One block counts for so much at most: one change of level must not hide the next.
    private const float GreatestBlock = 64;

    // Of squares up to the most, under standard normals.
    private const float MeanSquare = 0.994f;
    private const float SquareVariance = 1.379f * 1.379f;

    private float mean;
    private float variance;
    private float precision;
    private float persistence;
    private float volatility;
    private float sum;
    private float squares;
    private float limitedSquares;
    private float loudSquare;
    private short scores;
    private byte blocks;
    private byte count;

    /// <summary>Nothing seen.</summary>
    public static LongRun New => new() { variance = 1, precision = 1, loudSquare = MeanSquare, LevelScale = 1, NoiseScale = 1 };

    /// <summary>One over the square root of the long-run variance of scores.</summary>
    public float LevelScale { get; private set; }

    /// <summary>One over the long-run variance of their squares: where loud readings come in clusters, each says less.</summary>
    public float NoiseScale { get; private set; }

    /// <summary>A score against the long run before it, mean 0 and variance 1; and the limited square of it times its loudness, as large on average as a standard normal's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float Score, float Square) Observe(float score, float loudness)
    {
        float z = (score - mean) * precision;
        sum += score;
        squares += score * score;
        float loud = z * loudness, square = float.MinNative(loud * loud, MostSquare);
        limitedSquares += square;
        float against = square * (MeanSquare / loudSquare);
        if (++count == Block)
        {
            Learn();
        }

        return (z, against);
    }

    /// <summary>Begins the block anew: what it holds belongs to a change that was adopted.</summary>
    public void Restart() => (sum, squares, limitedSquares, count) = (0, 0, 0, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn()
    {
        blocks = (byte)Math.Min(blocks + 1, BlockMemory - PriorBlocks);
        float total = (sum - (Block * mean)) * precision;
        float excess = (limitedSquares * (MeanSquare / loudSquare)) - (Block * MeanSquare);
        persistence += (Limited(total * total / Block) - 1 - persistence) / (blocks + PriorBlocks);
        volatility += (Limited(excess * excess / (Block * SquareVariance)) - 1 - volatility) / (blocks + PriorBlocks);
        LevelScale = 1 / MathF.Sqrt(1 + Math.Max(0, persistence));
        NoiseScale = 1 / (1 + Math.Max(0, volatility));

        scores = (short)Math.Min(scores + Block, Memory - Prior);
        float gain = Block / (float)(scores + Prior);
        float off = (sum / Block) - mean;
        float meanSquare = (squares / Block) - (2 * mean * sum / Block) + (mean * mean);
        mean += gain * off;
        variance = Math.Max(0.01f, ((1 - gain) * variance) + (gain * (meanSquare - (gain * off * off))));
        precision = 1 / MathF.Sqrt(variance);
        loudSquare = Math.Max(0.01f, loudSquare + (gain * ((limitedSquares / Block) - loudSquare)));
        Restart();
    }

    private static float Limited(float square) => Math.Min(square, GreatestBlock);
}
