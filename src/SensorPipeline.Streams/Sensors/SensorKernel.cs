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

    private readonly Budget budget;
    private readonly DiscoveryBudget discoveries;
    private readonly Seasons seasons;
    private readonly AlarmRecords records = new();
    private readonly ReadingBlock block;
    private readonly Redelivery redelivery = new();
    private readonly List<string> units = [];
    private SensorState[] states = new SensorState[16];
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
    public SensorKernel(DetectionOptions options)
    {
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

    /// <summary>The sensors' states, by index.</summary>
    internal ReadOnlySpan<SensorState> States => states.AsSpan(0, Names.Count);

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
    public MeanVariance MomentsOf(int sensor) => states[sensor].Moments;

    /// <summary>Alarms a sensor has raised by kind, each run of evidence counted once.</summary>
    public EpisodeCounts EpisodesOf(int sensor) => records.CountsOf(sensor);

    /// <summary>For how many days of event time a sensor has been watched: its readings times its typical interval.</summary>
    public double ObservedDaysOf(int sensor) => states[sensor].ObservedDays;

    /// <summary>Event time of a sensor's latest reading.</summary>
    public EventTime LastTimeOf(int sensor) => states[sensor].LastTime;

    /// <summary>How far a sensor's latest value can be used, and whether the sensor is still warming up.</summary>
    public (Quality Quality, bool IsWarmingUp) ConditionOf(int sensor) => states[sensor].Condition;

    /// <summary>A sensor's state as it is published.</summary>
    public SensorSummary Summarise(int sensor) => states[sensor].Summarise(Names[sensor], budget, seasons.Of(sensor, states[sensor].LastTime), discoveries.IsOff ? null : Budget.Total(discoveries));

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Names.Count);
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            writer.Write(Names[sensor]);
            writer.Write(units[sensor]);
        }

        writer.WriteSpan(States);
        records.Save(writer);
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

        states = reader.ReadArray<SensorState>();
        if (states.Length != Names.Count)
        {
            throw new InvalidDataException($"The snapshot names {Names.Count} sensors and holds {states.Length} states.");
        }

        records.Load(ref reader);
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
        if (!Sse.IsSupported || (uint)sensor >= (uint)states.Length)
        {
            return;
        }

        byte* state = (byte*)Unsafe.AsPointer(ref states[sensor]);
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
            case InputKind.SensorLost when states[item.Sensor].IsLost(item.Arrival, sequence, item.Sensor, records) is { } lost:
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
        if (block.IsFull || block.Holds(reading.Sensor) || states[reading.Sensor].IsSilent)
        {
            Complete(input, output);
        }

        if (discoveries.IsOff)
        {
            block.Enter(reading, place, input.FirstSequence + place, null, states, output.Events);
        }
        else
        {
            JudgeInFleet(reading, input, place, output);
        }
    }

    private void Complete(InputBatch input, SensorBatch output) => block.Complete(input.Inputs, input.FirstSequence, states, output);

    // The level depends on what was said of the reading before.
    private void JudgeInFleet(in Input reading, InputBatch input, int place, SensorBatch output)
    {
        if (discoveries.IsRoundOver)
        {
            discoveries.Begin(ReadingsPerDay());
        }

        bool isTest = !states[reading.Sensor].IsInEpisode;
        block.Enter(reading, place, input.FirstSequence + place, Budget.Total(discoveries), states, output.Events);
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
        foreach (ref readonly SensorState state in States)
        {
            total += state.ReadingsPerDay;
        }

        return total;
    }

    // While nobody could be heard nobody was silent: patience begins anew.
    private void BeginConnection(in Input connection)
    {
        redelivery.BeginEpoch(sessionResumed: connection.Key == 1);
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            states[sensor].HeardFrom(connection.Arrival);
        }
    }

    private void AddSensor(string name, string unit, long sequence, SensorBatch output)
    {
        int sensor = Names.Add(name);
        units.Add(unit.Length == 0 ? "" : " " + unit);
        if (sensor >= states.Length)
        {
            Array.Resize(ref states, Math.Max(16, states.Length * 2));
        }

        states[sensor] = SensorState.New;
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
        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            SensorState.PrefetchSilence(ref states[Math.Min(sensor + SilenceAhead, states.Length - 1)]);
            if (states[sensor].MayBeSilent(now) && states[sensor].FallsSilent(now, input.FirstSequence + place, sensor, records) is { } silent)
            {
                output.Events.Add(silent);
            }
        }

        nextSilenceCheck = now + Silence.CheckInterval;
    }
}
