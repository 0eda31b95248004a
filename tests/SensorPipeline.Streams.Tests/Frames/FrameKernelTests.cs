using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using Xunit;

namespace SensorPipeline.Streams.Tests.Frames;

public class FrameKernelTests
{
    private readonly SensorBatch judged = new() { Names = new SensorNames() };
    private readonly FrameBatch frames = new();
    private long sequence;

    [Fact]
    public void Members_that_share_their_times_meet_in_one_frame_each()
    {
        FrameKernel kernel = Kernel(lateness: 0);
        for (int t = 0; t < 50; t++)
        {
            Read("room/a", t, t);
            Read("room/b", t, -t);
        }

        Process(kernel);
        Assert.Equal(50, frames.Frames.Count);
        Assert.All(frames.Frames.Items.ToArray(), frame => Assert.Equal(0, ValuesOf(frame).Sum()));
    }

    [Fact]
    public void After_the_warm_up_a_frame_closes_with_its_last_live_member_and_without_waiting()
    {
        FrameKernel kernel = Kernel(lateness: 2);
        for (int t = 0; t < 40; t++)
        {
            Read("room/a", t, 1);
            Read("room/b", t, 2);
        }

        Process(kernel, end: false);
        Frame last = frames.Frames.Items[^1];
        Assert.Equal(Recording.At(39), last.Time);
        Assert.Equal(sequence - 1, last.Sequence);
    }

    [Fact]
    public void A_frame_waits_for_a_live_member_until_the_watermark_passes_and_an_absent_member_is_NaN()
    {
        FrameKernel kernel = Kernel(lateness: 2);
        for (int t = 0; t < 40; t++)
        {
            Read("room/a", t, 1);
            Read("room/b", t, 2);
        }

        Read("room/a", 40, 1);
        Process(kernel, end: false);
        Assert.Equal(Recording.At(39), frames.Frames.Items[^1].Time);

        Read("room/a", 43, 1);
        Process(kernel, end: false);
        Assert.Equal(Recording.At(40), frames.Frames.Items[0].Time);
        Assert.Equal([1, double.NaN], ValuesOf(frames.Frames.Items[0]));
    }

    [Fact]
    public void A_member_that_stopped_is_not_waited_for()
    {
        FrameKernel kernel = Kernel(lateness: 1000);
        for (int t = 0; t < 1100; t++)
        {
            Read("room/a", t, 1);
            if (t < 1050)
            {
                Read("room/b", t, 2);
            }
        }

        Process(kernel, end: false);
        Assert.Equal(Recording.At(1099), frames.Frames.Items[^1].Time);
    }

    [Fact]
    public void A_reading_after_its_frame_has_closed_counts_as_late()
    {
        FrameKernel kernel = Kernel(lateness: 0);
        Read("room/a", 0, 1);
        Read("room/a", 1, 1);
        Read("room/a", 2, 1);
        Read("room/b", 0, 1);
        Process(kernel);
        Assert.Equal(1, kernel.Late);
        Assert.Equal(3, frames.Frames.Count);
    }

    [Fact]
    public void Members_that_report_at_their_own_times_meet_on_a_grid_of_the_slowest_ones_interval()
    {
        FrameKernel kernel = Kernel(lateness: 1);
        for (int t = 0; t < 200; t++)
        {
            Read("room/a", t + 0.1, 1);
            Read("room/b", t + 0.2, 2);
            Read("room/c", t + 0.35, 3);
        }

        Process(kernel);
        Frame[] late = frames.Frames.Items[^100..].ToArray();
        Assert.All(late, frame => Assert.Equal(6, ValuesOf(frame).Sum()));
        Assert.All(late.Zip(late.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(1), pair.Second.Time - pair.First.Time));
    }

    [Fact]
    public void Frames_close_in_order_of_time_and_hold_every_reading_that_is_not_late()
    {
        FrameKernel kernel = Kernel(lateness: 5);
        var random = new Random(7);
        for (int t = 0; t < 500; t++)
        {
            for (int member = 0; member < 4; member++)
            {
                if (random.NextDouble() < 0.8)
                {
                    Read($"room/{member}", t - random.Next(0, 4), 1);
                }
            }
        }

        Process(kernel);
        EventTime[] times = [.. frames.Frames.Items.ToArray().Select(frame => frame.Time)];
        Assert.Equal(times.Order(), times);
        Assert.Equal(times.Length, times.Distinct().Count());
    }

    [Fact]
    public void The_number_of_groups_is_limited()
    {
        var table = new GroupTable([new FusionOptions { Name = "{x}", Members = ["{x}/value"] }], maximumGroups: 3, maximumMembers: 1);
        for (int i = 0; i < 5; i++)
        {
            table.Add(i, $"s{i}/value");
        }

        Assert.Equal(3, table.Groups.Count);
        Assert.Equal(2, table.Refused);
    }

    private static FrameKernel Kernel(double lateness) =>
        new(new GroupTable([new FusionOptions { Name = "room", Members = ["room/+"], Lateness = TimeSpan.FromSeconds(lateness) }], 10, 64));

    private double[] ValuesOf(Frame frame) => frames.ValuesOf(frame).ToArray();

    private void Read(string sensor, double seconds, double value)
    {
        if (!judged.Names.TryGetIndex(sensor, out int index))
        {
            index = judged.Names.Add(sensor);
            judged.Added.Add() = new AddedSensor(sequence++, index);
        }

        judged.Judgements.Add() = new Judgement
        {
            Sequence = sequence++,
            Sensor = index,
            Time = Recording.At(seconds),
            Value = value,
            Mean = 0,
            StandardDeviation = 1,
            LogTailProbability = 0,
            Verdict = Verdict.Body,
            Calibrated = true,
            IsDeclared = false,
            IsOutlier = false,
        };
    }

    private void Process(FrameKernel kernel, bool end = true)
    {
        judged.EndsAt = end ? sequence++ : null;
        frames.Clear();
        kernel.Process(judged, frames);
        judged.Clear();
    }
}
