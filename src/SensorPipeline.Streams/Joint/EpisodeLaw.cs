namespace SensorPipeline.Streams.Joint;

/// <summary>
/// How often ordinary behaviour would raise an alarm: frames whose surprise exceeds ln 50 come in clusters, and a person would call a cluster one
/// alarm. Learned are the rate of clusters a frame and the law of their peaks' excess, generalised Pareto by the method of moments with its shape
/// kept in [0, 0.45] and shrunk to the exponential while clusters are few; so the rate of peaks above u is known, which an episode's budget is held
/// against. A cluster that became an alarm counts with its first frame, as three mean excesses at most: left out, alarms would lock the law in, and
/// in full they would teach it. Before evidence: a cluster in a thousand frames, with a mean excess of one and a half. State: six numbers.
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
    private const double GreatestMeans = 3;
    private const double Memory = 100_000;

    private double MeanExcess => (Sum + (ClustersAtStart * ExcessAtStart)) / (Clusters + ClustersAtStart);

    /// <summary>Clusters a frame whose peak is at least as surprising; 1 for what belongs to no cluster.</summary>
    public double Rate(double surprise)
    {
        double rate = (Clusters + 1) / (Frames + FramesAtStart);
        double excess = surprise - Threshold;
        if (!(excess > 0))
        {
            return 1;
        }

        double mean = MeanExcess;
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

    /// <summary>After the cluster at hand became an alarm at a frame of the given surprise.</summary>
    public EpisodeLaw RaiseAlarm(double surprise)
    {
        double excess = Math.Clamp(surprise - Threshold, 0, GreatestMeans * MeanExcess);
        return (this with { Peak = Math.Max(Peak, excess) }).EndCluster();
    }

    private EpisodeLaw EndCluster()
    {
        double keep = Frames > Memory ? Memory / Frames : 1;
        return new(Frames * keep, (Clusters * keep) + 1, (Sum * keep) + Peak, (Squares * keep) + (Peak * Peak), 0, 0);
    }
}
