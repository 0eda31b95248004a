using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

public class EvictionTests
{
    private const int Hour = 3600;

    private static readonly GraphOptions Options = new();

    [Fact]
    public void Where_a_state_lay_shows_nowhere()
    {
        Recording recording = SensorsThatComeAndGo();
        var archive = new Archive();
        using var graph = new SensorGraph(Options, archive);

        Assert.Equal(recording.Run(Options).Lines, recording.Run(graph, 0, recording.Inputs.Count).Lines);
        Assert.Equal(30, archive.Added);
        Assert.Equal(10, graph.Sensors.SetAside);
    }

    [Fact]
    public void A_restart_with_states_set_aside_shows_nowhere()
    {
        Recording recording = SensorsThatComeAndGo();
        List<string> whole = recording.Run(Options).Lines;
        for (int at = recording.Inputs.Count / 16; at < recording.Inputs.Count; at += recording.Inputs.Count / 16)
        {
            var archive = new Archive();
            using var graph = new SensorGraph(Options, archive);
            List<string> lines = recording.Run(graph, 0, at).Lines;
            using var restored = new SensorGraph(Options, archive);
            var reader = new SnapshotReader(Recording.Snapshot(graph));
            restored.Load(ref reader);
            Assert.Equal(whole, [.. lines, .. recording.Run(restored, at, recording.Inputs.Count).Lines]);
        }
    }

    [Fact]
    public void What_is_set_aside_takes_no_room_in_a_snapshot()
    {
        Recording recording = SensorsThatComeAndGo();
        using var alone = new SensorGraph(Options);
        using var graph = new SensorGraph(Options, new Archive());
        recording.Run(alone, 0, recording.Inputs.Count);
        recording.Run(graph, 0, recording.Inputs.Count);

        Assert.InRange(Recording.Snapshot(alone).Length - Recording.Snapshot(graph).Length, 10 * 900, 10 * 1300);
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            Assert.Equal(alone.Sensors.Summarise(sensor), graph.Sensors.Summarise(sensor));
            Assert.Equal(alone.Sensors.MomentsOf(sensor), graph.Sensors.MomentsOf(sensor));
        }
    }

    [Fact]
    public void A_restart_in_which_everybody_is_set_aside_goes_on()
    {
        var recording = new Recording();
        for (int minute = 0; minute < 60; minute++)
        {
            recording.Read("guest", minute * 60, minute % 7);
        }

        recording.Tick(48 * Hour).Tick(49 * Hour);
        recording.Read("guest", 50 * Hour, 3);
        var archive = new Archive();
        using var graph = new SensorGraph(Options, archive);
        List<string> lines = recording.Run(graph, 0, recording.Inputs.Count - 2).Lines;
        Assert.Equal(1, graph.Sensors.SetAside);
        using var restored = new SensorGraph(Options, archive);
        var reader = new SnapshotReader(Recording.Snapshot(graph));
        restored.Load(ref reader);
        Assert.Equal(recording.Run(Options).Lines, [.. lines, .. recording.Run(restored, recording.Inputs.Count - 2, recording.Inputs.Count).Lines]);
    }

    [Fact]
    public void An_archive_without_room_keeps_states_in_memory()
    {
        Recording recording = SensorsThatComeAndGo();
        using var graph = new SensorGraph(Options, new Archive { Room = 3 });

        Assert.Equal(recording.Run(Options).Lines, recording.Run(graph, 0, recording.Inputs.Count).Lines);
        Assert.InRange(graph.Sensors.SetAside, 0, 3);
    }

    [Fact]
    public void A_sensor_that_is_yet_to_be_missed_stays()
    {
        // It reports every six hours, and is silent only after thirty.
        var recording = new Recording();
        for (int i = 0; i < 40; i++)
        {
            recording.Read("slow", i * 6 * Hour, i % 3);
        }

        recording.Tick((39 * 6 * Hour) + (20 * Hour)).Tick((39 * 6 * Hour) + (40 * Hour));
        var archive = new Archive { IdleAfter = TimeSpan.FromHours(8) };
        using var graph = new SensorGraph(Options, archive);
        Transcript transcript = recording.Run(graph, 0, recording.Inputs.Count - 1);
        Assert.Equal(0, archive.Added);
        transcript = recording.Run(graph, recording.Inputs.Count - 1, recording.Inputs.Count);
        Assert.Equal("silent", transcript.Events.Single().Kind.ToString(), ignoreCase: true);
        Assert.Equal(1, archive.Added);
    }

    // Ten sensors of which all report for an hour, and again after three days, twice; one other reports always.
    private static Recording SensorsThatComeAndGo()
    {
        var recording = new Recording();
        var random = new Random(3);
        for (int visit = 0; visit < 3; visit++)
        {
            for (int minute = 0; minute < 72 * 60; minute++)
            {
                double seconds = (((visit * 72 * 60) + minute) * 60.0) + random.NextDouble();
                recording.Read("always", seconds, 20 + random.NextDouble());
                for (int sensor = 0; sensor < 10 && minute < (sensor < 2 ? 8 : 60); sensor++)
                {
                    recording.Read($"guest{sensor}", seconds, 5 + visit + random.NextDouble() + (minute == 50 ? 9 : 0));
                }
            }

            recording.Inputs.AddConnectionEpoch(sessionResumed: visit == 0, Recording.At(((visit * 72) + 71.5) * Hour));
        }

        return recording;
    }

    private sealed class Archive : IStateArchive
    {
        private readonly List<byte[]> states = [];

        public TimeSpan IdleAfter { get; init; } = TimeSpan.FromDays(1);

        public int Room { get; init; } = int.MaxValue;

        public int Added => states.Count;

        public long Add(ReadOnlySpan<byte> state)
        {
            if (states.Count == Room)
            {
                return -1;
            }

            states.Add(state.ToArray());
            return states.Count - 1;
        }

        public void Read(long name, Span<byte> state) => states[(int)name].CopyTo(state);

        public void Release(long name) => Assert.InRange(name, 0, states.Count - 1);

        public void Hold(ReadOnlySpan<long> names, int stateBytes)
        {
            foreach (long name in names)
            {
                Assert.True(name < states.Count);
            }
        }
    }
}
