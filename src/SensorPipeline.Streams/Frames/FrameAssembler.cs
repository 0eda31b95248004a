using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Frames;

/// <summary>
/// Puts one group's readings into frames. A frame closes, after every earlier one, when all live members have reported or the group's
/// watermark (its greatest event time less the lateness) has passed the frame's end. Batches play no part.
/// </summary>
internal sealed class FrameAssembler(Group group) : ISnapshot
{
    private const int MaximumOpenFrames = 64;
    private const double LiveIntervals = 5;
    private const int FirstReview = 32;
    private const int LaterReviews = 1024;
    private const double StepTolerance = 0.1;

    private readonly List<OpenFrame> open = [];
    private readonly Stack<OpenFrame> spare = [];
    private Member[] members = [];
    private EventTime latest = EventTime.None;
    private EventTime lastClosed = EventTime.None;
    private long step = group.Options.Step?.Ticks ?? 0;
    private int closedSinceReview;
    private int presentSinceReview;
    private bool isWarmingUp = true;

    /// <summary>Takes one reading of a member and closes the frames that are ready; false where its frame has closed already.</summary>
    public bool Observe(int member, EventTime time, double value, long sequence, FrameBatch output)
    {
        Grow(member);
        Note(member, time);
        EventTime key = KeyOf(time);
        if (key <= lastClosed)
        {
            return false;
        }

        OpenFrame frame = FindOrOpen(key);
        if (double.IsNaN(frame.Values[member]))
        {
            frame.Present++;
        }

        frame.Values[member] = value;
        CloseReady(frame, sequence, output);
        return true;
    }

    /// <summary>Takes note that a member has fallen silent. When it was the last to be heard, open frames need wait for nobody, and one without readings follows.</summary>
    public void FallSilent(int member, long sequence, FrameBatch output)
    {
        Grow(member);
        bool wasHeard = IsHeard(members[member]);
        members[member] = members[member] with { IsSilent = true };
        if (wasHeard && group.Options.HearsOfSilence && !members.Any(IsHeard))
        {
            Flush(sequence, output);
            EmitEmpty(latest + members[member].Interval.Times(LiveIntervals), sequence, output);
        }
    }

    /// <summary>Closes every open frame: nothing more will come.</summary>
    public void Flush(long sequence, FrameBatch output) => CloseFirst(open.Count, sequence, output);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<Member>(members);
        writer.Write(latest);
        writer.Write(lastClosed);
        writer.Write(step);
        writer.Write(closedSinceReview);
        writer.Write(presentSinceReview);
        writer.Write(isWarmingUp);
        writer.Write(open.Count);
        foreach (OpenFrame frame in open)
        {
            writer.Write(frame.Key);
            writer.Write(frame.Present);
            writer.WriteSpan<double>(frame.Values.AsSpan(0, members.Length));
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        members = reader.ReadArray<Member>();
        latest = reader.Read<EventTime>();
        lastClosed = reader.Read<EventTime>();
        step = reader.Read<long>();
        closedSinceReview = reader.Read<int>();
        presentSinceReview = reader.Read<int>();
        isWarmingUp = reader.Read<bool>();
        open.Clear();
        for (int remaining = reader.Read<int>(); remaining > 0; remaining--)
        {
            open.Add(new OpenFrame { Key = reader.Read<EventTime>(), Present = reader.Read<int>(), Values = reader.ReadArray<double>() });
        }
    }

    private void Grow(int member)
    {
        if (member < members.Length)
        {
            return;
        }

        int from = members.Length;
        Array.Resize(ref members, member + 1);
        members.AsSpan(from).Fill(new Member(EventTime.None, default, false));
        foreach (OpenFrame frame in open)
        {
            frame.Grow(members.Length);
        }
    }

    private void Note(int member, EventTime time)
    {
        ref Member clock = ref members[member];
        clock = clock with { IsSilent = false };
        if (time > clock.Last)
        {
            TypicalInterval interval = clock.Last.IsSome ? clock.Interval.Observe(time - clock.Last) : clock.Interval;
            clock = new Member(time, interval, false);
        }

        latest = members.Length < 3 ? EventTime.Max(latest, time) : SecondLatest();
    }

    // One clock that is ahead must not close everybody else's frames: with three or more members the second latest leads.
    private EventTime SecondLatest()
    {
        EventTime first = EventTime.None;
        EventTime second = EventTime.None;
        foreach (Member member in members)
        {
            second = EventTime.Max(second, member.Last < first ? member.Last : first);
            first = EventTime.Max(first, member.Last);
        }

        return EventTime.Max(latest, second);
    }

    private EventTime KeyOf(EventTime time) => step == 0 ? time : new EventTime((time.Ticks + (step / 2)) / step * step);

    private OpenFrame FindOrOpen(EventTime key)
    {
        int at = open.Count;
        while (at > 0 && open[at - 1].Key > key)
        {
            at--;
        }

        if (at > 0 && open[at - 1].Key == key)
        {
            return open[at - 1];
        }

        OpenFrame frame = spare.TryPop(out OpenFrame? reused) ? reused : new OpenFrame();
        frame.Open(key, members.Length);
        open.Insert(at, frame);
        return frame;
    }

    private void CloseReady(OpenFrame touched, long sequence, FrameBatch output)
    {
        // Who the members are is not known at first: until the first review frames wait for the watermark.
        // On a grid a fast member may report again within the frame, so there too.
        int ready = !isWarmingUp && step == 0 && IsComplete(touched) ? open.IndexOf(touched) + 1 : 0;
        EventTime watermark = latest.IsSome ? latest - group.Options.Lateness - new TimeSpan(step / 2) : latest;
        while (ready < open.Count && (open[ready].Key < watermark || open.Count - ready > MaximumOpenFrames))
        {
            ready++;
        }

        CloseFirst(ready, sequence, output);
        if (closedSinceReview >= (isWarmingUp ? FirstReview : LaterReviews))
        {
            Review(sequence, output);
        }
    }

    private bool IsComplete(OpenFrame frame)
    {
        for (int i = 0; i < members.Length; i++)
        {
            if (double.IsNaN(frame.Values[i]) && IsLive(members[i]))
            {
                return false;
            }
        }

        return true;
    }

    // A member is live until it has missed several of its own intervals; one that has reported once only is not waited for.
    private bool IsLive(Member member) => member.Interval.Count > 0 && latest.IsSome && latest - member.Last <= member.Interval.Times(LiveIntervals);

    // Silence is judged by the service's clock, liveness by the members'. Frames wait by theirs alone: one clock far ahead would silence all others at once.
    private bool IsHeard(Member member) => !member.IsSilent && IsLive(member);

    private void CloseFirst(int count, long sequence, FrameBatch output)
    {
        for (int i = 0; i < count; i++)
        {
            Emit(open[i], sequence, output);
            spare.Push(open[i]);
        }

        open.RemoveRange(0, count);
    }

    // Ahead of the frames, so that it closes none: who comes back may be behind the service's clock.
    private void EmitEmpty(EventTime time, long sequence, FrameBatch output)
    {
        int first = output.Values.Count;
        output.Values.AddSpan(members.Length).Fill(double.NaN);
        output.Frames.Add() = new Frame { Sequence = sequence, Group = group.Index, Time = EventTime.Max(time, lastClosed), First = first, Members = members.Length };
    }

    private void Emit(OpenFrame frame, long sequence, FrameBatch output)
    {
        int first = output.Values.Count;
        output.Values.AddRange(frame.Values.AsSpan(0, members.Length));
        output.Frames.Add() = new Frame { Sequence = sequence, Group = group.Index, Time = frame.Key, First = first, Members = members.Length };
        lastClosed = frame.Key;
        closedSinceReview++;
        presentSinceReview += frame.Present;
    }

    // Where most frames of exact times hold a minority of the live members, the members do not share their times: they meet on a grid as
    // wide as the slowest live member's typical interval.
    private void Review(long sequence, FrameBatch output)
    {
        if (group.Options.Step is null)
        {
            int live = members.Count(IsLive);
            bool shared = presentSinceReview >= 0.5 * (live + 1) * closedSinceReview;
            if (step != 0 || !shared)
            {
                Regrid(live > 1 ? TimeSpan.FromSeconds(members.Where(IsLive).Max(member => member.Interval.Seconds)).Ticks : 0, sequence, output);
            }
        }

        isWarmingUp = false;
        closedSinceReview = 0;
        presentSinceReview = 0;
    }

    private void Regrid(long wanted, long sequence, FrameBatch output)
    {
        if (Math.Abs(wanted - step) > StepTolerance * step)
        {
            CloseFirst(open.Count, sequence, output);
            step = wanted;
        }
    }

    /// <summary>When a member last reported, how often it does, and whether it is known to have stopped.</summary>
    private readonly record struct Member(EventTime Last, TypicalInterval Interval, bool IsSilent);

    private sealed class OpenFrame
    {
        public EventTime Key { get; set; }

        public int Present { get; set; }

        public double[] Values { get; set; } = [];

        public void Open(EventTime key, int members)
        {
            Key = key;
            Present = 0;
            Grow(members);
            Values.AsSpan().Fill(double.NaN);
        }

        public void Grow(int members)
        {
            if (Values.Length < members)
            {
                int from = Values.Length;
                double[] grown = Values;
                Array.Resize(ref grown, members);
                grown.AsSpan(from).Fill(double.NaN);
                Values = grown;
            }
        }
    }
}
