using System.Runtime.InteropServices;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// Takes one picture of the service for all viewers, and not more often than the interval: what watching costs does not grow with who watches.
/// What is seen fades: a sensor stays hot for a while after a bad reading, so a person sees it and the order of the table does not flicker.
/// </summary>
internal sealed class FleetCamera(IDashboardSource source, TimeProvider clock, TimeSpan interval)
{
    // A severity is −log10 of a probability: beyond 12.4, colours say nothing more.
    private const double MaxHeat = 12.4;
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlagShown = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> sensorByName = new(StringComparer.Ordinal);
    private readonly List<StreamEvent> news = [];
    private readonly List<double> heat = [];
    private readonly List<DateTimeOffset> flagged = [];
    private readonly List<double> leftOut = [];
    private readonly HashSet<int> inConflict = [];
    private readonly List<StreamEvent?> latestEvents = [];
    private FleetPicture? latest;
    private DateTimeOffset takenAt;
    private long eventPosition;

    public FleetPicture Picture()
    {
        lock (gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (latest is null || now - takenAt >= interval)
            {
                latest = Take(now, latest is null ? TimeSpan.Zero : now - takenAt);
                takenAt = now;
            }

            return latest;
        }
    }

    private FleetPicture Take(DateTimeOffset now, TimeSpan passed)
    {
        var sensors = new List<SensorSummary>(heat.Count + 16);
        source.CopySensors(sensors);
        IReadOnlyList<GroupState> groups = source.Groups;
        double fading = Math.Pow(0.5, passed / HalfLife);
        Warm(sensors, now, fading);
        Listen(now);
        Doubt(groups, fading);

        ReadOnlySpan<SensorSummary> summaries = CollectionsMarshal.AsSpan(sensors);
        var states = new SensorState[sensors.Count];
        var counts = new int[SensorStates.Names.Length];
        var cells = new byte[sensors.Count];
        for (int i = 0; i < states.Length; i++)
        {
            states[i] = SensorStates.Of(summaries[i], now - flagged[i] < FlagShown, leftOut[i] > 0.5 || inConflict.Contains(i));
            counts[(int)states[i]]++;
            cells[i] = (byte)(((int)states[i] << 5) | (int)(heat[i] / FleetPicture.HeatStep));
        }

        double[] heats = [.. heat];
        return new FleetPicture
        {
            Status = source.Status, Sensors = sensors, States = states, Heat = heats, Counts = counts, Cells = Convert.ToBase64String(cells),
            WorstFirst = WorstFirst(states, heats), LatestEvents = [.. latestEvents], Groups = groups, Mixtures = source.Mixtures, SensorByName = Names(sensors),
        };
    }

    private void Warm(List<SensorSummary> sensors, DateTimeOffset now, double fading)
    {
        while (heat.Count < sensors.Count)
        {
            heat.Add(0);
            flagged.Add(DateTimeOffset.MinValue);
            leftOut.Add(double.NaN);
            latestEvents.Add(null);
        }

        for (int i = 0; i < sensors.Count; i++)
        {
            heat[i] *= fading;
            Heat(i, sensors[i].TailProbability, sensors[i].Verdict == Verdict.Outlier, now);
        }
    }

    // Pictures miss the readings between them; events do not.
    private void Listen(DateTimeOffset now)
    {
        bool isFirst = eventPosition == 0;
        news.Clear();
        eventPosition = source.CopyEvents(eventPosition, news);
        foreach (StreamEvent happened in news)
        {
            if ((uint)happened.Sensor < (uint)heat.Count)
            {
                Note(happened);
                if (!isFirst)
                {
                    Heat(happened.Sensor, happened.TailProbability, happened.Kind == EventKind.Outlier, now);
                }
            }
        }
    }

    private void Note(StreamEvent happened)
    {
        latestEvents[happened.Sensor] = happened;
        if (happened.Kind == EventKind.Conflict)
        {
            inConflict.Add(happened.Sensor);
        }
        else if (happened is { Kind: EventKind.Recovered, Group: not null })
        {
            inConflict.Remove(happened.Sensor);
        }
    }

    // A conflict may be older than the events that are kept: a member that its group has left out for most of a while is in doubt too. Every healthy
    // one is left out for a frame now and then.
    private void Doubt(IReadOnlyList<GroupState> groups, double fading)
    {
        foreach (FusedMember part in groups.SelectMany(group => group.Parts))
        {
            if ((uint)part.Sensor < (uint)leftOut.Count)
            {
                double isOut = part.Status is MemberStatus.Gated or MemberStatus.Moving ? 1 : 0;
                double before = leftOut[part.Sensor];
                leftOut[part.Sensor] = double.IsNaN(before) ? isOut : isOut + (fading * (before - isOut));
            }
        }
    }

    private void Heat(int sensor, double tailProbability, bool isFlagged, DateTimeOffset now)
    {
        heat[sensor] = Math.Max(heat[sensor], Math.Min(MaxHeat, Severity(tailProbability)));
        flagged[sensor] = isFlagged ? now : flagged[sensor];
    }

    private static double Severity(double tailProbability) => tailProbability >= 0 ? -Math.Log10(Math.Max(tailProbability, 1e-300)) : 0;

    private static int[] WorstFirst(SensorState[] states, double[] heat)
    {
        var keys = new (int State, double Heat, int Sensor)[states.Length];
        var order = new int[states.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            // Whole units of heat: rows change places when something happens and not with every picture.
            keys[i] = (-(int)states[i], -Math.Floor(heat[i] / 2), i);
            order[i] = i;
        }

        Array.Sort(keys, order);
        return order;
    }

    private Dictionary<string, int> Names(List<SensorSummary> sensors)
    {
        if (sensorByName.Count == sensors.Count && latest is not null)
        {
            return latest.SensorByName;
        }

        for (int i = sensorByName.Count; i < sensors.Count; i++)
        {
            sensorByName[sensors[i].Sensor] = i;
        }

        return new Dictionary<string, int>(sensorByName, StringComparer.Ordinal);
    }
}
