using System.Runtime.InteropServices;
using System.Text.Json;
using SensorPipeline.Statistics.Distributions;
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
    private readonly List<RegimePoint> regimes = [];
    private readonly List<ServiceSecond> seconds = [];
    private readonly List<StreamEvent> events = [];
    private long estimatePosition;
    private long regimePosition;
    private long secondPosition;
    private long eventPosition;
    private double[][] bands = [];

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
        Detail = view.Kind == ViewKind.Service ? ServiceDetailOf(picture) : null,
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
        LagMilliseconds = Shorten(picture.Status.Lag?.TotalMilliseconds ?? double.NaN),
        PerDay = picture.Status.Budget?.PerDay,
    };

    private ServiceDetailPayload ServiceDetailOf(FleetPicture picture) => new()
    {
        Published = picture.Status.Published,
        Outbox = picture.Status.Outbox,
        Budget = picture.Status.Budget,
        Storage = picture.Status.Storage,
        Connection = picture.Status.Connection,
        RejectedByReason = picture.Status.RejectedByReason,
        EventsByKind = picture.Status.EventsByKind,
        Seconds = SecondsOf(),
    };

    private SecondsPayload SecondsOf()
    {
        seconds.Clear();
        secondPosition = source.CopyService(secondPosition, seconds);
        var columns = new SecondsPayload();
        foreach (ref readonly ServiceSecond point in CollectionsMarshal.AsSpan(seconds))
        {
            columns.Time.Add(point.Time.ToUnixTimeMilliseconds());
            columns.Messages.Add(point.Messages);
            columns.Readings.Add(point.Readings);
            columns.Rejected.Add(point.Rejected);
            columns.Published.Add(point.Published);
            columns.Queue.Add(point.Queue);
            columns.Outbox.Add(point.Outbox);
            columns.Lag.Add(Shorten(point.Lag?.TotalMilliseconds ?? double.NaN));
        }

        return columns;
    }

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
        StreamEvent? happened = picture.LatestEvents[sensor];
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
            Event = happened is null ? null : StreamEvent.Name(happened.Kind),
            EventTime = happened is null ? null : Milliseconds(happened.Time),
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
            NoiseRandomWalk = Shorten(summary.NoiseRandomWalk),
            PointShare = picture.Status.Budget?.PointShare,
            Cap = picture.Status.Budget?.Cap,
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
            history.Severity.Add(SeverityOf(point.TailProbability));
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
        Coverage = Shorten(group.Latest?.Coverage ?? double.NaN),
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
            past.ChiSquare.Add(Shorten(estimate.ChiSquare));
            past.Innovation.Add(Shorten(estimate.Innovation));
            past.Members.Add(estimate.Members);
        }

        MemberPayload[] members = [.. MembersOf(picture, group.Members).Select((member, i) => member with { Part = i < group.Parts.Count ? PartOf(group.Parts[i]) : null })];
        return new GroupDetailPayload(GroupOf(group), past, members, BandsUpTo(group.Members.Count - 1));
    }

    private static PartPayload PartOf(FusedMember part) => new()
    {
        Status = JsonNamingPolicy.CamelCase.ConvertName(part.Status.ToString()),
        Weight = Shorten(part.Weight),
        Bias = Shorten(part.Bias),
        BiasStandardDeviation = Shorten(part.BiasStandardDeviation),
        Noise = Shorten(part.NoiseStandardDeviation),
    };

    private double[][] BandsUpTo(int freedom)
    {
        if (bands.Length <= freedom)
        {
            bands = [[0, 0], .. Enumerable.Range(1, freedom).Select(d => new ChiSquared(d)).Select(law => new[] { law.Quantile(0.025), law.InverseSurvivalProbability(0.025) })];
        }

        return bands;
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
            Regimes = RegimesOf(mixture.Index),
        };
    }

    private RegimesPayload RegimesOf(int group)
    {
        regimes.Clear();
        regimePosition = source.CopyRegimes(group, regimePosition, regimes);
        var past = new RegimesPayload();
        foreach (ref readonly RegimePoint point in CollectionsMarshal.AsSpan(regimes))
        {
            past.Time.Add(Milliseconds(point.Time));
            past.Regime.Add(point.Regime);
            past.Severity.Add(SeverityOf(point.TailProbability));
        }

        return past;
    }

    private List<MemberPayload> MembersOf(FleetPicture picture, IReadOnlyList<int> members) =>
        [.. members.Where(sensor => (uint)sensor < (uint)picture.Sensors.Count).Take(MostMembers).Select(sensor => new MemberPayload(SensorOf(picture, sensor), HistoryOf(sensor)))];

    private List<EventPayload>? EventsOf(FleetPicture picture)
    {
        events.Clear();
        eventPosition = source.CopyEvents(eventPosition, events);
        events.RemoveAll(happened => !Concerns(picture, happened));
        return events.Count == 0 ? null : [.. events.Select(happened => new EventPayload
        {
            Id = happened.Id,
            Time = Milliseconds(happened.Time),
            Kind = StreamEvent.Name(happened.Kind),
            Sensor = (uint)happened.Sensor < (uint)picture.Sensors.Count ? picture.Sensors[happened.Sensor].Sensor : null,
            Group = happened.Group,
            Value = Shorten(happened.Value),
            TailProbability = Shorten(happened.TailProbability),
            Reason = happened.Reason,
            Supersedes = happened.Supersedes,
        })];
    }

    // Who looks at one thing is told of that one.
    private bool Concerns(FleetPicture picture, StreamEvent happened) => view.Name is not { } name || view.Kind switch
    {
        ViewKind.Sensor => (uint)happened.Sensor < (uint)picture.Sensors.Count && picture.Sensors[happened.Sensor].Sensor == name,
        ViewKind.Groups or ViewKind.Mixtures => happened.Group == name,
        _ => true,
    };

    // −log10 of a probability; two decimals are more than a pixel.
    private static double? SeverityOf(double tailProbability) => double.IsNaN(tailProbability) ? null : Math.Round(-Math.Log10(Math.Max(tailProbability, 1e-300)), 2) + 0.0;

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
