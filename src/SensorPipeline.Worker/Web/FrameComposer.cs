using System.Runtime.InteropServices;
using System.Text.Json;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>Turns pictures into what one viewer looks at. It remembers how far the viewer has read, so histories and events travel once.</summary>
internal sealed class FrameComposer(IDashboardSource source, ViewRequest view)
{
    private const int MostMembers = 32;

    private readonly Dictionary<int, long> sensorPositions = [];
    private readonly List<HistoryPoint> points = [];
    private readonly List<EstimatePoint> estimates = [];
    private readonly List<StreamEvent> events = [];
    private long estimatePosition;
    private long eventPosition;

    public FramePayload Compose(FleetPicture picture) => new()
    {
        Service = ServiceOf(picture),
        Counts = picture.Counts,
        Fleet = view.Kind == ViewKind.Fleet ? FleetOf(picture) : null,
        Sensor = view.Kind == ViewKind.Sensor ? SensorOf(picture) : null,
        Groups = view.Kind == ViewKind.Groups ? [.. picture.Groups.Select(GroupOf)] : null,
        Group = view.Kind == ViewKind.Groups ? GroupDetailOf(picture) : null,
        Mixtures = view.Kind == ViewKind.Mixtures ? [.. picture.Mixtures.Select(mixture => new MixturePayload(mixture.Name, mixture.Components.Count, mixture.Regime))] : null,
        Mixture = view.Kind == ViewKind.Mixtures ? MixtureDetailOf(picture) : null,
        Events = EventsOf(picture),
    };

    private static ServicePayload ServiceOf(FleetPicture picture) => new()
    {
        Instance = picture.Status.Instance,
        Version = picture.Status.Version,
        Started = picture.Status.Started.ToUnixTimeMilliseconds(),
        Broker = picture.Status.Broker,
        Connected = picture.Status.Connected,
        Sensors = picture.Sensors.Count,
        Messages = picture.Status.Messages,
        Readings = picture.Status.Readings,
        Rejected = picture.Status.Rejected,
        Outliers = picture.Status.Outliers,
        Events = picture.Status.Events,
        Refits = picture.Status.Refits,
        Queue = picture.Status.Queue,
        LagMilliseconds = picture.Status.Lag?.TotalMilliseconds,
    };

    private FleetPayload FleetOf(FleetPicture picture)
    {
        var rows = new List<SensorPayload>();
        int matching = 0;
        foreach (int sensor in picture.WorstFirst)
        {
            bool isState = view.State is null || view.State == picture.States[sensor];
            if (isState && picture.Sensors[sensor].Sensor.Contains(view.Search, StringComparison.OrdinalIgnoreCase))
            {
                matching++;
                if (rows.Count < view.Rows)
                {
                    rows.Add(SensorOf(picture, sensor));
                }
            }
        }

        return new FleetPayload(picture.Cells, matching, rows);
    }

    private static SensorPayload SensorOf(FleetPicture picture, int sensor)
    {
        SensorSummary summary = picture.Sensors[sensor];
        return new SensorPayload
        {
            Name = summary.Sensor,
            State = SensorStates.Names[(int)picture.States[sensor]],
            Heat = Math.Round(picture.Heat[sensor], 1),
            Value = Shorten(summary.Value),
            Time = Milliseconds(summary.Time),
            Count = summary.Count,
            Mean = Shorten(summary.Mean),
            StandardDeviation = Shorten(summary.StandardDeviation),
            Lower = Shorten(summary.Lower),
            Upper = Shorten(summary.Upper),
            TailProbability = Shorten(summary.TailProbability),
            Calibrated = summary.Calibrated,
        };
    }

    private SensorDetailPayload SensorOf(FleetPicture picture)
    {
        if (view.Name is null || !picture.SensorByName.TryGetValue(view.Name, out int sensor))
        {
            return new SensorDetailPayload();
        }

        SensorSummary summary = picture.Sensors[sensor];
        return new SensorDetailPayload
        {
            Summary = SensorOf(picture, sensor),
            EffectiveSampleSize = Shorten(summary.EffectiveSampleSize),
            NoiseType = summary.NoiseType,
            NoiseStandardDeviation = Shorten(summary.NoiseStandardDeviation),
            Groups = [.. picture.Groups.Where(group => group.Members.Contains(sensor)).Select(group => group.Name)],
            History = HistoryOf(sensor),
        };
    }

    private HistoryPayload HistoryOf(int sensor)
    {
        points.Clear();
        sensorPositions[sensor] = source.CopyHistory(sensor, sensorPositions.GetValueOrDefault(sensor), points);
        var history = new HistoryPayload();
        foreach (ref readonly HistoryPoint point in CollectionsMarshal.AsSpan(points))
        {
            if (point.IsFlagged)
            {
                history.Flagged.Add(history.Time.Count);
            }

            history.Time.Add(Milliseconds(point.Time));
            history.Value.Add(Shorten(point.Value) ?? 0);
            history.Mean.Add(Shorten(point.Mean));
            history.StandardDeviation.Add(Shorten(point.StandardDeviation));
        }

        return history;
    }

    private static GroupPayload GroupOf(GroupState group) => new()
    {
        Name = group.Name,
        Status = JsonNamingPolicy.CamelCase.ConvertName((group.Latest?.Status ?? FusionStatus.Unavailable).ToString()),
        Size = group.Members.Count,
        Mean = Shorten(group.Latest?.Mean ?? double.NaN),
        StandardDeviation = Shorten(Math.Sqrt(group.Latest?.Variance ?? double.NaN)),
        Used = group.Latest?.Members,
        Gated = group.Latest?.Gated,
        ChiSquare = Shorten(group.Latest?.ChiSquare ?? double.NaN),
    };

    private GroupDetailPayload? GroupDetailOf(FleetPicture picture)
    {
        GroupState? group = picture.Groups.FirstOrDefault(candidate => view.Name is null || candidate.Name == view.Name);
        if (group is null)
        {
            return null;
        }

        estimates.Clear();
        estimatePosition = source.CopyEstimates(group.Index, estimatePosition, estimates);
        var past = new EstimatesPayload();
        foreach (EstimatePoint estimate in estimates)
        {
            past.Time.Add(Milliseconds(estimate.Time));
            past.Mean.Add(Shorten(estimate.Mean));
            past.StandardDeviation.Add(Shorten(estimate.StandardDeviation));
        }

        return new GroupDetailPayload(GroupOf(group), past, MembersOf(picture, group.Members));
    }

    private MixtureDetailPayload? MixtureDetailOf(FleetPicture picture)
    {
        MixtureState? mixture = picture.Mixtures.FirstOrDefault(candidate => view.Name is null || candidate.Name == view.Name);
        return mixture is null ? null : new MixtureDetailPayload
        {
            Name = mixture.Name,
            Regime = mixture.Regime,
            Refits = mixture.Refits,
            Frames = mixture.Frames,
            Components = [.. mixture.Components.Select(component => new ComponentPayload(
                component.Label, component.Weight, component.Responsibility, component.Mean, component.Covariance))],
            Members = MembersOf(picture, mixture.Members),
        };
    }

    private List<MemberPayload> MembersOf(FleetPicture picture, IReadOnlyList<int> members) =>
        [.. members.Where(sensor => (uint)sensor < (uint)picture.Sensors.Count).Take(MostMembers).Select(sensor => new MemberPayload(SensorOf(picture, sensor), HistoryOf(sensor)))];

    private List<EventPayload>? EventsOf(FleetPicture picture)
    {
        events.Clear();
        eventPosition = source.CopyEvents(eventPosition, events);
        return events.Count == 0 ? null : [.. events.Select(happened => new EventPayload
        {
            Id = happened.Id,
            Time = Milliseconds(happened.Time),
            Kind = JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString()),
            Sensor = (uint)happened.Sensor < (uint)picture.Sensors.Count ? picture.Sensors[happened.Sensor].Sensor : null,
            Group = happened.Group,
            Value = Shorten(happened.Value),
            TailProbability = Shorten(happened.TailProbability),
            Reason = happened.Reason,
            Supersedes = happened.Supersedes,
        })];
    }

    private static long Milliseconds(EventTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    // Seven digits are more than a screen shows; absent numbers are null.
    private static double? Shorten(double value)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        int digits = value == 0 ? 0 : 6 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is < 0 or > 15 ? value : Math.Round(value, digits);
    }
}
