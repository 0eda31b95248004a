using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// What of a sensor is told: outliers, what they turn out to be, changes that no reading shows alone, and being stuck. One anomaly is one
/// episode, and an episode is one alarm of the budget, whatever it is told by in the end. State: 248 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Alarms
{
    private Changes changes;
    private Episode episode;
    private Aftermath aftermath;
    private bool isStuck;

    public static Alarms New => new() { changes = Changes.New, aftermath = Aftermath.New };

    public readonly bool IsOpen => episode.IsOpen;

    public readonly bool IsStuck => isStuck;

    /// <summary>After one more reading that was judged and not yet learned: what there is to tell of it, which mostly is nothing.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="score">How far out it was.</param>
    /// <param name="isBeyond">Whether it is further out than the budget allows.</param>
    /// <param name="expected">What had been expected.</param>
    /// <param name="run">Equal readings up to it.</param>
    /// <param name="detector">What is known of the sensor.</param>
    /// <param name="total">Probability, a reading, of any alarm by chance.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public News Observe(in Input reading, in Score score, bool isBeyond, double expected, in RepeatedValue run, in Detector detector, double total)
    {
        episode.Observe(isBeyond, changes.IsLoud);
        News news = run.IsStuck == isStuck ? News.None : News.Stuck;
        if (isBeyond && !episode.IsOpen)
        {
            aftermath = Aftermath.Of(reading.Value, expected, reading.Time);
            news |= News.Outlier;
        }

        news |= changes.Observe(score, reading.Value, reading.Time, detector, aftermath.IsOpen, total) ? News.Change : News.None;
        return aftermath.IsOpen && aftermath.Observe(reading.Value) ? news | News.Settled : news;
    }

    /// <summary>Tells what <see cref="Observe"/> found: whether an alarm begins with it.</summary>
    /// <param name="news">What it found.</param>
    /// <param name="about">The reading.</param>
    /// <param name="run">Equal readings up to it.</param>
    /// <param name="level">The level before it.</param>
    /// <param name="budget">How improbable something must be to be told.</param>
    /// <param name="total">Probability, a reading, of any alarm by chance.</param>
    /// <param name="events">Where to tell of it.</param>
    /// <param name="record">What the sensor has alarmed by before.</param>
    /// <param name="adopted">The new level, where one took the place of the old.</param>
    public bool Tell(News news, in Occasion about, in RepeatedValue run, double level, Budget budget, double total, List<StreamEvent> events, ref AlarmRecord record, out Change? adopted)
    {
        adopted = null;
        bool declares = news.HasFlag(News.Outlier) && Tell(about.Outlier(), about.Value - about.Expected.Mean, about.IntervalSeconds, budget, events, ref record);
        if (news.HasFlag(News.Change))
        {
            declares |= TellChange(about, changes.Describe(level, total), run, budget, total, events, ref record, ref adopted);
        }

        if (news.HasFlag(News.Settled) && adopted is null)
        {
            var settled = new Change(EventKind.LevelShift, aftermath.Began, aftermath.Before, aftermath.Level, aftermath.Count, Budget.Probability(EventKind.LevelShift, total));
            declares |= TellChange(about, settled, run, budget, total, events, ref record, ref adopted);
        }

        return declares | (news.HasFlag(News.Stuck) && TellStuck(about, run, budget, events, ref record));
    }

    private bool TellChange(in Occasion about, in Change change, in RepeatedValue run, Budget budget, double total, List<StreamEvent> events, ref AlarmRecord record, ref Change? adopted)
    {
        if (change.Kind == EventKind.LevelShift)
        {
            adopted = change;
            changes.Restart(change.To, total);
            aftermath.Forget();
            return Tell(about.Of(change), change.To - change.From, about.IntervalSeconds, budget, events, ref record);
        }

        // A run of one value has little noise; whether it is stuck is for the run to say.
        bool isRun = change.IsQuieter && run.Length > change.Readings / 2;
        bool isPassing = change.Kind == EventKind.Drift || change.IsQuieter;
        return !isRun && (isPassing ? TellAside(about.Of(change), events, ref record) : !(episode.IsOpen && episode.Kind != EventKind.Outlier) && Tell(about.Of(change), 1, about.IntervalSeconds, budget, events, ref record));
    }

    private bool TellStuck(in Occasion about, in RepeatedValue run, Budget budget, List<StreamEvent> events, ref AlarmRecord record)
    {
        isStuck = run.IsStuck;
        if (!isStuck)
        {
            events.Add(about.Recovered("The value changes again."));
            return false;
        }

        return Tell(about.Stuck(run.Length), 0, about.IntervalSeconds, budget, events, ref record);
    }

    // What no single reading stands out by is told and counted, opens no episode, and is no news while one is open.
    private bool TellAside(StreamEvent happened, List<StreamEvent> events, ref AlarmRecord record)
    {
        if (episode.IsOpen)
        {
            return false;
        }

        events.Add(happened);
        record.Counts.Add(happened.Kind);
        return true;
    }

    // An alarm is counted where its episode begins, and counted as what it turned out to be. What the sensor does every day is none.
    private bool Tell(StreamEvent happened, double deviation, double intervalSeconds, Budget budget, List<StreamEvent> events, ref AlarmRecord record)
    {
        EventKind kind = happened.Kind;
        bool isNew = episode.IsNew(kind), supersedes = episode.IsSupersededBy(kind);
        bool mayRecur = budget.KnowsDailyPattern && kind != EventKind.Stuck && (isNew || supersedes);
        if (mayRecur && record.Pattern.Recurs(happened.Time, deviation, kind != EventKind.Outlier, intervalSeconds) && isNew)
        {
            episode.Expect(kind);
            return false;
        }

        if (episode.IsPattern && !isNew)
        {
            return false;
        }

        if (isNew)
        {
            record.Counts.Add(kind);
        }
        else if (supersedes)
        {
            record.Counts.Move(episode.Kind, kind);
        }

        events.Add(supersedes ? happened with { Supersedes = episode.IdOf(happened.Sensor) } : happened);
        if (isNew || supersedes)
        {
            episode.Tell(kind, happened.Sequence);
        }

        return isNew;
    }
}
