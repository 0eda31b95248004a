using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// The joint Gaussian of a group: each member's level, and the covariance of what the members deviate from their levels, of single frames and of
/// running means over some ten of them, and how far the members scatter. A frame is as surprising as the most surprising of the three.
/// <para>An episode opens when ordinary behaviour would raise an alarm like it less often than the budget allows, and closes when for thirty frames
/// no member stands out any more, or those that did have come half the way back. While it is open the covariances rest and so do the levels of the
/// members that stand out; what those may have wandered meanwhile widens with time, so a member known to wander proves less and less, a steady one
/// does not. What has lasted as long as the covariances remember, five hundred frames, is the new state of things and is adopted.</para>
/// </summary>
internal sealed class JointModel(int members) : ISnapshot
{
    private const double RunningGain = 0.1;
    private const int FramesBeforeJudging = 64;
    private const int FramesBeforeRunning = 128;
    private const double FramesToTrust = 150;
    private const double FramesToWander = 8;
    private const double OrdinaryProbability = 0.1;
    private const double StandsOut = 4;
    private const double HalfWay = 0.5;
    private const double PeakRise = 0.05;
    private const double PeakFall = 0.002;
    private const double AgeKept = 0.875;
    // Wandering is measured over blocks of 32 readings: extrapolated beyond two of them it would excuse anything.
    private const double GreatestAge = 64;
    private const int QuietFramesToClose = 30;
    private const int FramesToAdopt = 500;
    private const double HalfScore = 16;

    private readonly MemberAnchors anchors = new(members);
    private readonly MemberLevels levels = new(members);
    private readonly DeviationLaw single = new(members, 1);
    private readonly DeviationLaw running = new(members, RunningGain);
    private readonly FrameTail tail = new();
    private readonly PredictionError[] errors = new PredictionError[members];
    private readonly double[] ages = new double[members];
    private readonly double[] peaks = new double[2 * members];
    private readonly double[] standard = new double[members];
    private readonly double[] deviations = new double[members];
    private readonly double[] extra = new double[members];
    private DispersionLaw dispersion = DispersionLaw.Start;
    private EpisodeLaw episodes;
    private bool isOpen;
    private int quiet;
    private int openFrames;
    private int frames;

    /// <summary>How many members the group has.</summary>
    public int Members => members;

    /// <summary>Whether an episode is under way.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Whether the group's own tail has enough evidence.</summary>
    public bool IsCalibrated => tail.IsCalibrated;

    /// <summary>The member that fits the others least on the more surprising scale; -1 where none is present.</summary>
    public int Blame { get; private set; }

    /// <summary>Of the latest frame; NaN while unknown.</summary>
    public double TailProbability { get; private set; }

    /// <summary>How often ordinary behaviour raises an alarm like the latest frame, a frame.</summary>
    public double AlarmRate { get; private set; }

    /// <summary>Of the latest frame, in [0,1].</summary>
    public double Rank { get; private set; }

    private double Surprise => Trust * (frames >= FramesBeforeRunning ? Math.Max(Math.Max(single.Surprise, running.Surprise), dispersion.Surprise) : single.Surprise);

    // While few frames were learned, much of a distance is what the covariance does not know yet.
    private double Trust => single.Frames / (single.Frames + FramesToTrust);

    private bool RunningLeads => frames >= FramesBeforeRunning && running.Surprise > single.Surprise;

    /// <summary>Judges a frame by what was known before it; an episode opens below <paramref name="alarmProbability"/>.</summary>
    public void Score(ReadOnlySpan<double> values, double alarmProbability)
    {
        anchors.Standardise(values, standard);
        for (int i = 0; i < members; i++)
        {
            deviations[i] = single.DeviationOf(i);
            extra[i] = (levels.Wander(i) * (FramesToWander + ages[i])) + (deviations[i] * deviations[i] / levels.Count(i));
        }

        single.Score(standard, levels, deviations, extra);
        running.Score(standard, levels, deviations, extra);
        dispersion = dispersion.Observe(single.Dispersion);
        Blame = MostToBlame(RunningLeads ? running : single);
        if (Blame < 0 || frames < FramesBeforeJudging)
        {
            (TailProbability, AlarmRate, Rank) = (double.NaN, double.NaN, 0);
            return;
        }

        TailProbability = tail.Probability(Surprise);
        AlarmRate = episodes.Rate(Surprise);
        Rank = Surprise / (Surprise + HalfScore);
        FollowEpisode(alarmProbability);
    }

    /// <summary>Learns from the frame that was judged.</summary>
    public void Learn(ReadOnlySpan<double> values)
    {
        anchors.Observe(values);
        for (int i = 0; i < members; i++)
        {
            bool isPresent = !double.IsNaN(standard[i]);
            bool held = isOpen && isPresent && OwnScore(i) > StandsOut;
            ages[i] = held ? Math.Min(ages[i] + 1, GreatestAge) : isPresent ? ages[i] * AgeKept : ages[i] + 1;
            if (isPresent)
            {
                (double mean, double deviation) = single.PredictPresent(i, levels[i]);
                errors[i] = errors[i].Observe(standard[i] - mean, deviation);
                levels.Observe(i, standard[i], deviations[i], held);
            }
        }

        if (!isOpen && frames >= FramesBeforeJudging && Blame >= 0)
        {
            // Before the covariances learn: what was judged is what counts.
            tail.Observe(Surprise);
            episodes = episodes.Observe(Surprise);
        }

        if (!isOpen && Blame >= 0)
        {
            single.Learn();
            running.Learn();
            dispersion = dispersion.Learn();
        }

        frames += Blame >= 0 && frames < FramesBeforeRunning ? 1 : 0;
    }

    /// <summary>What a member should read by the others, in its unit; false while it has no level.</summary>
    public bool TryPredict(int member, double value, int sensor, out MemberPrediction prediction)
    {
        bool isPresent = !double.IsNaN(standard[member]);
        (double mean, double deviation) = isPresent
            ? single.PredictPresent(member, levels[member])
            : single.PredictAbsent(member, levels[member], extra[member]);
        mean += errors[member].Bias;
        deviation *= errors[member].Scale;
        prediction = new MemberPrediction
        {
            Sensor = sensor,
            Mean = anchors.ToUnit(member, mean),
            StandardDeviation = anchors.ScaleOf(member) * deviation,
            Value = value,
            TailProbability = isPresent ? Normal.CoverageBeyond((standard[member] - mean) / deviation) : double.NaN,
        };
        return anchors.IsAnchored(member) && (isPresent || Blame >= 0);
    }

    /// <summary>Covariance of two members about their levels, in the product of their units.</summary>
    public double Covariance(int a, int b) => single.Covariance(a, b) * anchors.ScaleOf(a) * anchors.ScaleOf(b);

    /// <summary>The joint Gaussian of some members, in their units; null where one has no level.</summary>
    public MultivariateGaussian? Marginal(ReadOnlySpan<int> chosen)
    {
        double[] mean = new double[chosen.Length], covariance = new double[chosen.Length * chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (!anchors.IsAnchored(chosen[i]))
            {
                return null;
            }

            mean[i] = anchors.ToUnit(chosen[i], levels[chosen[i]]);
            for (int j = 0; j < chosen.Length; j++)
            {
                covariance[(i * chosen.Length) + j] = Covariance(chosen[i], chosen[j]);
            }
        }

        return new MultivariateGaussian(mean, covariance);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        anchors.Save(writer);
        levels.Save(writer);
        single.Save(writer);
        running.Save(writer);
        tail.Save(writer);
        writer.WriteSpan<PredictionError>(errors);
        writer.WriteSpan<double>(ages);
        writer.WriteSpan<double>(peaks);
        writer.Write(dispersion);
        writer.Write(episodes);
        writer.Write(isOpen);
        writer.Write(quiet);
        writer.Write(openFrames);
        writer.Write(frames);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        anchors.Load(ref reader);
        levels.Load(ref reader);
        single.Load(ref reader);
        running.Load(ref reader);
        tail.Load(ref reader);
        reader.ReadInto(errors);
        reader.ReadInto(ages);
        reader.ReadInto(peaks);
        dispersion = reader.Read<DispersionLaw>();
        episodes = reader.Read<EpisodeLaw>();
        isOpen = reader.Read<bool>();
        quiet = reader.Read<int>();
        openFrames = reader.Read<int>();
        frames = reader.Read<int>();
    }

    private int MostToBlame(DeviationLaw law)
    {
        int most = -1;
        double farthest = -1;
        for (int i = 0; i < members; i++)
        {
            double score = double.IsNaN(standard[i]) ? -1 : Math.Abs(law.ScoreGivenOthers(i));
            (most, farthest) = score > farthest ? (i, score) : (most, farthest);
        }

        return most;
    }

    private double OwnScore(int member)
    {
        double own = single.ScoreAlone(member).Aged;
        return frames >= FramesBeforeRunning ? Math.Max(own, running.ScoreAlone(member).Aged) : own;
    }

    private void FollowEpisode(double alarmProbability)
    {
        if (!isOpen)
        {
            if (AlarmRate < alarmProbability)
            {
                (isOpen, quiet, openFrames) = (true, 0, 0);
                peaks.AsSpan().Clear();
                episodes = episodes.RaiseAlarm(Surprise);
            }

            return;
        }

        openFrames++;
        bool isBack = TracksBack(single, 0) & (TracksBack(running, members) || frames < FramesBeforeRunning);
        quiet = isBack || TailProbability > OrdinaryProbability ? quiet + 1 : 0;
        bool adopts = openFrames >= FramesToAdopt;
        if (quiet >= QuietFramesToClose || adopts)
        {
            Close(adopts);
        }
    }

    // Peaks are followed for every member in every frame, hence no early return.
    private bool TracksBack(DeviationLaw law, int first)
    {
        bool isBack = true;
        for (int i = 0; i < members; i++)
        {
            double plain = law.ScoreAlone(i).Plain;
            ref double peak = ref peaks[first + i];
            isBack &= Math.Abs(law.ScoreGivenOthers(i)) <= StandsOut || plain <= HalfWay * peak;
            peak += (plain > peak ? PeakRise : PeakFall) * (plain - peak);
        }

        return isBack;
    }

    // Members that are still away from where they were have a new level.
    private void Close(bool adopts)
    {
        isOpen = false;
        dispersion = dispersion.Settle();
        for (int i = 0; i < members; i++)
        {
            if (adopts || OwnScore(i) > StandsOut)
            {
                levels.MoveTo(i, running.MeanOf(i));
                ages[i] = 0;
            }
        }

        if (adopts)
        {
            single.BeginAnew();
            running.BeginAnew();
        }
    }
}
