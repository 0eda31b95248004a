using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Special;
using SensorPipeline.Statistics.Tails;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// One pass over the inputs: each reading is forecast, scored and judged by what was known before it, and then learned. Statistics, outliers
/// and health share one state a sensor, in a dense table.
/// </summary>
public sealed class SensorKernel : IKernel<InputBatch, SensorBatch>, ISnapshot
{
    private const int CacheLine = 64;
    private const int Ahead = 4;
    private const int SilenceAhead = 16;

    // As many a second, so that a whole plant that falls silent does not hold up the rest.
    private const int MostSetAsideAtOnce = 1024;

    // A sensor that has not been heard of for longer is none whose readings are to be expected.
    private static readonly TimeSpan Current = TimeSpan.FromDays(1);

    private readonly Budget budget;
    private readonly DiscoveryBudget discoveries;
    private readonly Seasons seasons;
    private readonly AlarmRecords records = new();
    private readonly ReadingBlock block;
    private readonly Redelivery redelivery = new();
    private readonly List<string> units = [];
    private readonly IStateArchive? archive;
    private readonly SensorTable table;
    private EventTime connected = EventTime.None;
    private EventTime clock = EventTime.None;
    private EventTime nextSilenceCheck = EventTime.None;

    // The runtime optimises this code while its first sensors still warm up. What it is to read of tables for each reading has to be there by then, or it asks for ever whether it is.
    static SensorKernel()
    {
        foreach (Type holder in (Type[])[typeof(Elementary), typeof(TailLaw), typeof(TypicalInterval), typeof(Silence), typeof(NormalScores), typeof(Excursions), typeof(Detector)])
        {
            RuntimeHelpers.RunClassConstructor(holder.TypeHandle);
        }
    }

    /// <summary>No sensors yet.</summary>
    /// <param name="options">The false-alarm budget and memories.</param>
    /// <param name="archive">Where the states of idle sensors go; null for nowhere.</param>
    public SensorKernel(DetectionOptions options, IStateArchive? archive = null)
    {
        this.archive = archive;
        table = new SensorTable(archive);
        budget = new Budget(options);
        discoveries = new DiscoveryBudget(options.FalseDiscoveryRate ?? double.NaN);
        seasons = new Seasons(options.Season);
        block = new ReadingBlock(budget, seasons, records);
    }

    /// <summary>The sensors' names.</summary>
    public SensorNames Names { get; } = new();

    /// <summary>Readings that changed the state.</summary>
    public long Accepted { get; private set; }

    /// <summary>Readings recognised as sent again.</summary>
    public long Repeated => redelivery.Repeats;

    /// <summary>What tells readings that are sent again from new ones.</summary>
    public string Deduplication => redelivery.KeyInForce;

    /// <summary>How many sensors' states are set aside.</summary>
    public int SetAside => table.SetAside;

    /// <inheritdoc/>
    public void Process(InputBatch input, SensorBatch output)
    {
        output.Names = Names;
        ReadOnlySpan<Input> items = input.Inputs;
        for (int i = 0; i < items.Length; i++)
        {
            ref readonly Input item = ref items[i];
            Prefetch(items[Math.Min(i + Ahead, items.Length - 1)].Sensor);
            if (item.Arrival > clock && item.Kind is not (InputKind.End or InputKind.ConnectionEpoch))
            {
                AdvanceClock(item.Arrival, input, i, output);
            }

            if (item.Kind != InputKind.Reading)
            {
                Complete(input, output);
                Take(item, input, i, output);
            }
            else if (!redelivery.IsRepeat(item))
            {
                Judge(item, input, i, output);
            }
        }

        Complete(input, output);
        foreach (ref StreamEvent happened in CollectionsMarshal.AsSpan(output.Events))
        {
            happened = happened with { Reason = happened.Reason.Replace(Occasion.Unit.ToString(), units[happened.Sensor], StringComparison.Ordinal) };
        }
    }

    /// <summary>Number, mean and variance of all readings a sensor has ever given.</summary>
    public MeanVariance MomentsOf(int sensor) => table.Look(sensor).Moments;

    /// <summary>Alarms a sensor has raised by kind, each run of evidence counted once.</summary>
    public EpisodeCounts EpisodesOf(int sensor) => records.CountsOf(sensor);

    /// <summary>For how many days of event time a sensor has been watched: its readings times its typical interval.</summary>
    public double ObservedDaysOf(int sensor) => table.Look(sensor).ObservedDays;

    /// <summary>Event time of a sensor's latest reading.</summary>
    public EventTime LastTimeOf(int sensor) => table.Look(sensor).LastTime;

    /// <summary>How far a sensor's latest value can be used, and whether the sensor is still warming up. What is set aside is as good as silent.</summary>
    public (Quality Quality, bool IsWarmingUp) ConditionOf(int sensor) => table.IsSetAside(sensor) ? (Quality.Stale, false) : table.Look(sensor).Condition;

    /// <summary>What names a sensor's state in the archive; null where it is in memory. While the name is the same, so is what is said of the sensor.</summary>
    public long? SetAsideAs(int sensor) => table.NameOf(sensor);

    /// <summary>A sensor's state as it is published.</summary>
    public SensorSummary Summarise(int sensor)
    {
        ref readonly SensorState state = ref table.Look(sensor);
        return state.Summarise(Names[sensor], budget, seasons.Of(sensor, state.LastTime), discoveries.IsOff ? null : Budget.Total(discoveries));
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Names.Count);
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            writer.Write(Names[sensor]);
            writer.Write(units[sensor]);
        }

        table.Save(writer);
        records.Save(writer);
        writer.Write(connected);
        writer.Write(clock);
        writer.Write(nextSilenceCheck);
        writer.Write(Accepted);
        redelivery.Save(writer);
        discoveries.Save(writer);
        seasons.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        for (int remaining = reader.Read<int>(); remaining > 0; remaining--)
        {
            Names.Add(reader.ReadText());
            units.Add(reader.ReadText());
        }

        table.Load(ref reader);
        if (table.Count != Names.Count)
        {
            throw new InvalidDataException($"The snapshot names {Names.Count} sensors and holds {table.Count} states.");
        }

        records.Load(ref reader);
        connected = reader.Read<EventTime>();
        clock = reader.Read<EventTime>();
        nextSilenceCheck = reader.Read<EventTime>();
        Accepted = reader.Read<long>();
        redelivery.Load(ref reader);
        discoveries.Load(ref reader);
        seasons.Load(ref reader);
    }

    // While one reading is judged the next one's state comes near: a fleet's does not fit into the fast caches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe void Prefetch(int sensor)
    {
        if (!Sse.IsSupported || (uint)sensor >= (uint)table.Count || table.IsSetAside(sensor))
        {
            return;
        }

        byte* state = (byte*)Unsafe.AsPointer(ref table.Rows[table.RowOf(sensor)]);
        for (int line = 0; line < SensorState.Size; line += 4 * CacheLine)
        {
            Sse.Prefetch0(state + line);
            Sse.Prefetch0(state + line + CacheLine);
            Sse.Prefetch0(state + line + (2 * CacheLine));
            Sse.Prefetch0(state + line + (3 * CacheLine));
        }
    }

    // What is no reading; all readings before it have been judged.
    private void Take(in Input item, InputBatch input, int place, SensorBatch output)
    {
        long sequence = input.FirstSequence + place;
        switch (item.Kind)
        {
            case InputKind.ConnectionEpoch:
                BeginConnection(item);
                AdvanceClock(item.Arrival, input, place, output);
                break;
            case InputKind.SensorAdded:
                AddSensor(input.TextOf(item), input.UnitOf(item), sequence, output);
                break;
            case InputKind.SensorLost when StateOf(item.Sensor).IsLost(item.Arrival, sequence, item.Sensor, records) is { } lost:
                output.Events.Add(lost);
                break;
            case InputKind.End:
                output.EndsAt = sequence;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Judge(in Input reading, InputBatch input, int place, SensorBatch output)
    {
        Accepted++;

        // What a silent sensor is told by comes behind what was told before.
        int row = RowOf(reading.Sensor);
        if (block.IsFull || block.Holds(row) || table.Rows[row].IsSilent)
        {
            Complete(input, output);
        }

        if (discoveries.IsOff)
        {
            block.Enter(reading, row, place, input.FirstSequence + place, null, table.Rows, output.Events);
        }
        else
        {
            JudgeInFleet(reading, row, input, place, output);
        }
    }

    private void Complete(InputBatch input, SensorBatch output) => block.Complete(input.Inputs, input.FirstSequence, table.Rows, output);

    // The level depends on what was said of the reading before.
    private void JudgeInFleet(in Input reading, int row, InputBatch input, int place, SensorBatch output)
    {
        if (discoveries.IsRoundOver)
        {
            discoveries.Begin(ReadingsPerDay());
        }

        bool isTest = !table.Rows[row].IsInEpisode;
        block.Enter(reading, row, place, input.FirstSequence + place, Budget.Total(discoveries), table.Rows, output.Events);
        Complete(input, output);
        bool isOutlier = output.Judgements[output.Judgements.Count - 1].IsOutlier;
        if (isTest || isOutlier)
        {
            discoveries.Observe(isOutlier);
        }
    }

    private double ReadingsPerDay()
    {
        double total = 0;
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            if (!table.IsSetAside(sensor))
            {
                ref readonly SensorState state = ref table.Look(sensor);
                total += state.IsHeardSince(clock - Current) ? state.ReadingsPerDay : 0;
            }
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RowOf(int sensor) => table.RowOf(sensor) is >= 0 and var row ? row : Recall(sensor);

    private ref SensorState StateOf(int sensor) => ref table.Rows[RowOf(sensor)];

    // It missed nothing but that nobody was heard while the connection was away.
    private int Recall(int sensor)
    {
        int row = table.Recall(sensor);
        table.Rows[row].HeardFrom(connected);
        return row;
    }

    // While nobody could be heard nobody was silent: patience begins anew.
    private void BeginConnection(in Input connection)
    {
        redelivery.BeginEpoch(sessionResumed: connection.Key == 1);
        connected = connection.Arrival;
        foreach (ref SensorState state in table.Rows)
        {
            state.HeardFrom(connected);
        }
    }

    private void AddSensor(string name, string unit, long sequence, SensorBatch output)
    {
        int sensor = Names.Add(name);
        units.Add(unit.Length == 0 ? "" : " " + unit);
        table.Add();
        output.Added.Add() = new AddedSensor(sequence, sensor);
    }

    // The service's clock is what inputs say it is: it moves with every input, and with ticks where nothing else comes.
    private void AdvanceClock(EventTime now, InputBatch input, int place, SensorBatch output)
    {
        if (now <= clock)
        {
            return;
        }

        clock = now;
        if (now < nextSilenceCheck)
        {
            return;
        }

        Complete(input, output);
        int leave = MostSetAsideAtOnce;
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            table.PrefetchSilence(Math.Min(sensor + SilenceAhead, Names.Count - 1));
            if (table.IsSetAside(sensor))
            {
                continue;
            }

            ref SensorState state = ref table.Rows[table.RowOf(sensor)];
            if (!state.MayBeSilent(now))
            {
                continue;
            }

            if (state.FallsSilent(now, input.FirstSequence + place, sensor, records) is { } silent)
            {
                output.Events.Add(silent);
            }

            if (archive is not null && leave > 0 && state.IsIdle(now - archive.IdleAfter))
            {
                leave--;
                table.TrySetAside(sensor);
            }
        }

        nextSilenceCheck = now + Silence.CheckInterval;
    }
}
