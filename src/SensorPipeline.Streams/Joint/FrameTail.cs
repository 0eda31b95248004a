using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// The tail probability of a surprise u = −ln P on the group's own stream: empirical below ln 50, in 24 steps, and beyond it the rate of
/// exceedance times an exponential of the excess, whose mean is learned. Forgets with a memory of 5000 frames. State: 27 numbers.
/// </summary>
internal sealed class FrameTail : ISnapshot
{
    private const double Threshold = 3.912023005428146;
    private const int Steps = 24;
    private const double Memory = 5000;
    private const double ExcessMemory = 400;
    private const double FramesAtStart = 200;
    private const double ExcessesAtStart = 4;
    private const double CalibratedFrames = 5000;

    private readonly double[] shares = Start();
    private double meanExcess = 1;
    private double excesses = ExcessesAtStart;
    private double frames = FramesAtStart;

    /// <summary>Whether the stream's own tail has enough evidence.</summary>
    public bool IsCalibrated => frames >= CalibratedFrames;

    /// <summary>The share of ordinary frames with a surprise at least as large.</summary>
    public double Probability(double surprise)
    {
        if (surprise >= Threshold)
        {
            return shares[Steps] * Math.Exp(-(surprise - Threshold) / meanExcess);
        }

        double place = surprise / Threshold * Steps;
        int step = (int)place;
        double above = shares[step] * (1 - (place - step));
        for (int i = step + 1; i <= Steps; i++)
        {
            above += shares[i];
        }

        return Math.Min(above, 1);
    }

    /// <summary>Learns from an ordinary frame.</summary>
    public void Observe(double surprise)
    {
        frames = Math.Min(frames + 1, Memory);
        double gain = 1 / frames;
        foreach (ref double share in shares.AsSpan())
        {
            share -= gain * share;
        }

        shares[surprise >= Threshold ? Steps : (int)(surprise / Threshold * Steps)] += gain;
        if (surprise >= Threshold)
        {
            excesses = Math.Min(excesses + 1, ExcessMemory);
            meanExcess += (surprise - Threshold - meanExcess) / excesses;
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(shares);
        writer.Write(meanExcess);
        writer.Write(excesses);
        writer.Write(frames);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        reader.ReadInto(shares);
        meanExcess = reader.Read<double>();
        excesses = reader.Read<double>();
        frames = reader.Read<double>();
    }

    private static double[] Start()
    {
        double[] shares = new double[Steps + 1];
        for (int i = 0; i < Steps; i++)
        {
            shares[i] = Math.Exp(-i * Threshold / Steps) - Math.Exp(-(i + 1) * Threshold / Steps);
        }

        shares[Steps] = Math.Exp(-Threshold);
        return shares;
    }
}
