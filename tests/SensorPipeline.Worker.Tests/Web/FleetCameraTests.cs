using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Web;

public class FleetCameraTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FakeSource source = new();
    private readonly ManualClock clock = new();
    private readonly FleetCamera camera;

    public FleetCameraTests() => camera = new FleetCamera(source, clock, Interval);

    [Fact]
    public void A_sensor_stays_hot_for_a_while_after_a_bad_reading()
    {
        int sensor = source.Add("a");
        source.Change(sensor, state => state with { Verdict = Verdict.Outlier, TailProbability = 1e-8 });
        Assert.Equal((SensorState.Outlier, 8.0), (camera.Picture().States[0], camera.Picture().Heat[0]));

        source.Change(sensor, state => state with { Verdict = Verdict.Body, TailProbability = 1 });
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((SensorState.Outlier, 8 * Math.Sqrt(0.5)), (camera.Picture().States[0], camera.Picture().Heat[0]));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((SensorState.Good, 4.0), (camera.Picture().States[0], Math.Round(camera.Picture().Heat[0], 9)));
    }

    [Fact]
    public void An_outlier_between_two_pictures_is_seen_through_its_event()
    {
        int sensor = source.Add("a");
        source.Raise(sensor, EventKind.Outlier, 1e-3);
        camera.Picture();
        source.Raise(sensor, EventKind.Outlier, 1e-6);
        clock.Advance(Interval);

        Assert.Equal((SensorState.Outlier, 6.0), (camera.Picture().States[0], camera.Picture().Heat[0]));
    }

    [Fact]
    public void A_member_that_drifts_from_its_group_is_in_doubt_and_one_left_out_for_a_moment_is_not()
    {
        int[] members = [source.Add("drifts"), source.Add("healthy")];
        Leave(members, MemberStatus.Gated, MemberStatus.Fused);
        Assert.Equal([SensorState.Uncertain, SensorState.Good], camera.Picture().States);

        clock.Advance(TimeSpan.FromSeconds(5));
        Leave(members, MemberStatus.Moving, MemberStatus.Gated);
        Assert.Equal([SensorState.Uncertain, SensorState.Good], camera.Picture().States);
        clock.Advance(TimeSpan.FromSeconds(30));
        Leave(members, MemberStatus.Fused, MemberStatus.Fused);
        Assert.Equal([SensorState.Good, SensorState.Good], camera.Picture().States);
    }

    [Fact]
    public void A_conflict_lasts_until_the_member_agrees_again()
    {
        int sensor = source.Add("a");
        source.Raise(sensor, EventKind.Conflict, group: "room");
        source.Raise(sensor, EventKind.Recovered);
        Assert.Equal(SensorState.Uncertain, camera.Picture().States[0]);

        source.Raise(sensor, EventKind.Recovered, group: "room");
        clock.Advance(Interval);
        Assert.Equal(SensorState.Good, camera.Picture().States[0]);
    }

    [Fact]
    public void The_latest_event_of_a_sensor_is_remembered_from_before_anybody_looked()
    {
        int sensor = source.Add("a");
        source.Add("b");
        source.Raise(sensor, EventKind.Drift);
        source.Raise(sensor, EventKind.LevelShift);

        Assert.Equal([EventKind.LevelShift, null], camera.Picture().LatestEvents.Select(happened => happened?.Kind));
    }

    [Fact]
    public void Cells_hold_state_and_heat_in_a_byte()
    {
        source.Add("a");
        source.Add("b", state => state with { Quality = Quality.Bad, TailProbability = 1e-300 });
        source.Add("c", state => state with { Quality = Quality.Stale, TailProbability = 1e-4 });
        source.Add("d", state => state with { Verdict = Verdict.WarmingUp, TailProbability = double.NaN });

        Assert.Equal([0, (7 << 5) | 31, (6 << 5) | 10, 1 << 5], Convert.FromBase64String(camera.Picture().Cells));
        Assert.Equal([1, 2, 3, 0], camera.Picture().WorstFirst);
    }

    [Fact]
    public void Sensors_that_come_later_are_found_by_name()
    {
        source.Add("a");
        Assert.Equal(0, camera.Picture().SensorByName["a"]);
        source.Add("b");
        clock.Advance(Interval);
        Assert.Equal(1, camera.Picture().SensorByName["b"]);
    }

    [Fact]
    public void Histories_keep_the_latest_and_say_how_far_they_go()
    {
        var history = new DashboardHistory(new DashboardHistoryOptions { Points = 3, Sensors = 2 });
        var points = new List<HistoryPoint>();
        for (int i = 1; i <= 5; i++)
        {
            history.Record([JudgementOf(0, i), JudgementOf(2, i)]);
        }

        long position = history.CopyHistory(0, 0, points);
        Assert.Equal([3.0, 4, 5], points.Select(point => point.Value));
        points.Clear();
        history.Record([JudgementOf(0, 6)]);
        Assert.Equal(position + 1, history.CopyHistory(0, position, points));
        Assert.Equal(6, Assert.Single(points).Value);
        points.Clear();
        Assert.Equal(0, history.CopyHistory(2, 0, points));
        Assert.Equal(0, history.CopyHistory(-1, 0, points));
        Assert.Empty(points);
    }

    [Fact]
    public void Each_sensor_keeps_its_own_readings_however_many_report_beside_it()
    {
        const int Sensors = 300;
        var history = new DashboardHistory(new DashboardHistoryOptions { Points = 7, Sensors = Sensors });
        for (int reading = 0; reading < 20; reading++)
        {
            // The more often a sensor's turn comes, the more it has said.
            history.Record([.. Enumerable.Range(0, Sensors).Where(sensor => reading % (1 + (sensor % 5)) == 0).Select(sensor => JudgementOf(sensor, (1000 * sensor) + reading))]);
        }

        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            var points = new List<HistoryPoint>();
            double[] all = [.. Enumerable.Range(0, 20).Where(reading => reading % (1 + (sensor % 5)) == 0).Select(reading => (1000.0 * sensor) + reading)];
            Assert.Equal(all.Length, history.CopyHistory(sensor, 0, points));
            Assert.Equal(all.TakeLast(7), points.Select(point => point.Value));
        }
    }

    private void Leave(int[] members, params MemberStatus[] statuses) =>
        source.Groups = [new GroupState(0, "room", members, null, [.. members.Select((sensor, i) => new FusedMember { Sensor = sensor, Status = statuses[i] })])];

    private static Judgement JudgementOf(int sensor, double value) => new()
    {
        Sequence = 0, Sensor = sensor, Time = FakeSource.Start, Value = value, Mean = 0, StandardDeviation = 1, LogTailProbability = 0, Verdict = Verdict.Body,
        Calibrated = true, IsDeclared = false, IsOutlier = false,
    };
}
