namespace SensorPipeline.Streams.Joint;

/// <summary>
/// How often ordinary behaviour would raise an alarm: frames whose surprise exceeds ln 50 come in clusters, and a person would call a cluster one
/// alarm. Learned are the rate of clusters a frame and the law of their peaks' excess, generalised Pareto by the method of moments with its shape
/// kept in [0, 0.45] and shrunk to the exponential while clusters are few; so the rate of peaks above u is known, which an episode's budget is held
/// against. A cluster that became an alarm counts up to where it was raised, or alarms would either teach the law or lock it in.
/// Before evidence: a cluster in a thousand frames with a mean excess of two. State: six numbers.
/// </summary>
internal readonly record struct EpisodeLaw(double Frames, double Clusters, double Sum, double Squares, double Peak, int Quiet)
{
    private const double Threshold = 3.912023005428146;
    private const int QuietFrames = 20;
    private const double FramesAtStart = 1000;
    private const double ClustersAtStart = 20;
    private const double ExcessAtStart = 1.5;
    private const double ShrinkageCount = 60;
    private const double GreatestShape = 0.45;
    private const double Memory = 100_000;

    /// <summary>Clusters a frame whose peak is at least as surprising; 1 for what belongs to no cluster.</summary>
    public double Rate(double surprise)
    {
        double rate = (Clusters + 1) / (Frames + FramesAtStart);
        double excess = surprise - Threshold;
        if (!(excess > 0))
        {
            return 1;
        }

        double mean = (Sum + (ClustersAtStart * ExcessAtStart)) / (Clusters + ClustersAtStart);
        double square = (Squares + (2 * ClustersAtStart * ExcessAtStart * ExcessAtStart)) / (Clusters + ClustersAtStart);
        double variance = square - (mean * mean);
        double raw = variance > 0 ? 0.5 * (1 - (mean * mean / variance)) : 0;
        double shape = Math.Clamp(raw * Clusters / (Clusters + ShrinkageCount), 0, GreatestShape);
        double scaled = excess / (mean * (1 - shape));
        return rate * (shape < 1e-9 ? Math.Exp(-scaled) : Math.Exp(-Math.Log(1 + (shape * scaled)) / shape));
    }

    /// <summary>After one more frame outside of an episode.</summary>
    public EpisodeLaw Observe(double surprise)
    {
        EpisodeLaw next = this with { Frames = Frames + 1 };
        if (surprise > Threshold)
        {
            return next with { Peak = Math.Max(Peak, surprise - Threshold), Quiet = 0 };
        }

        return Peak == 0 ? next : Quiet + 1 < QuietFrames ? next with { Quiet = Quiet + 1 } : next.EndCluster();
    }

    /// <summary>After the cluster at hand has ended, or became an alarm.</summary>
    public EpisodeLaw EndCluster()
    {
        if (Peak == 0)
        {
            return this;
        }

        double keep = Frames > Memory ? Memory / Frames : 1;
        return new((Frames * keep), (Clusters * keep) + 1, (Sum * keep) + Peak, (Squares * keep) + (Peak * Peak), 0, 0);
    }
}
