using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// One pass over the inputs: each reading is forecast, scored and judged by what was known before it, and then learned. Statistics, outliers
/// and health share one state a sensor, in a dense table.
/// </summary>
public sealed class SensorKernel(DetectionOptions options) : IKernel<InputBatch, SensorBatch>, ISnapshot
{
    private const int CacheLine = 64;

    private readonly Budget budget = new(options);
    private readonly DiscoveryBudget discoveries = new(options.FalseDiscoveryRate ?? double.NaN);
    private readonly Seasons seasons = new(options.Season);
    private readonly Redelivery redelivery = new();
    private readonly List<string> units = [];
    private readonly ScaleBlock scales = new();
    private SensorState[] states = new SensorState[16];
    private EventTime clock = EventTime.None;
    private EventTime nextSilenceCheck = EventTime.None;

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
        long sequence = input.FirstSequence;
        ReadOnlySpan<Input> items = input.Inputs;
        for (int i = 0; i < items.Length; i++)
        {
            ref readonly Input item = ref items[i];
            Prefetch(i + 1 < items.Length ? items[i + 1].Sensor : item.Sensor);
            if (item.Kind == InputKind.ConnectionEpoch)
            {
                BeginConnection(item);
            }

            if (item.Arrival > clock && item.Kind != InputKind.End)
            {
                AdvanceClock(item.Arrival, sequence, output);
            }

            switch (item.Kind)
            {
                case InputKind.Reading when !redelivery.IsRepeat(item):
                    Judge(item, sequence, output);
                    break;
                case InputKind.SensorAdded:
                    AddSensor(input.TextOf(item), input.UnitOf(item), sequence, output);
                    break;
                case InputKind.SensorLost when states[item.Sensor].IsLost(item.Arrival, sequence, item.Sensor) is { } lost:
                    output.Events.Add(lost);
                    break;
                case InputKind.End:
                    output.EndsAt = sequence;
                    break;
            }

            sequence++;
        }

        foreach (ref StreamEvent happened in CollectionsMarshal.AsSpan(output.Events))
        {
            happened = happened with { Reason = happened.Reason.Replace(Occasion.Unit.ToString(), units[happened.Sensor], StringComparison.Ordinal) };
        }
        scales.Learn(states);
    }

    /// <summary>Number, mean and variance of all readings a sensor has ever given.</summary>
    public MeanVariance MomentsOf(int sensor) => states[sensor].Moments;

    /// <summary>Alarms a sensor has raised by kind, each run of evidence counted once.</summary>
    public EpisodeCounts EpisodesOf(int sensor) => states[sensor].Episodes;

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

    private void Judge(in Input reading, long sequence, SensorBatch output)
    {
        Accepted++;
        if (scales.Holds(reading.Sensor))
        {
            scales.Learn(states);
        }

        ref SensorState state = ref states[reading.Sensor];
        ref Judgement judgement = ref output.Judgements.Add();
        int held = scales.Residuals.Count;
        if (discoveries.IsOff)
        {
            state.Process(reading, sequence, budget, seasons, null, output.Events, scales.Residuals, out judgement);
        }
        else
        {
            JudgeInFleet(ref state, reading, sequence, output.Events, out judgement);
        }

        if (scales.Residuals.Count > held)
        {
            scales.Note(reading.Sensor, states);
        }
    }

    private void JudgeInFleet(ref SensorState state, in Input reading, long sequence, List<StreamEvent> events, out Judgement judgement)
    {
        if (discoveries.IsRoundOver)
        {
            discoveries.Begin(ReadingsPerDay());
        }

        bool isTest = !state.IsInEpisode;
        state.Process(reading, sequence, budget, seasons, Budget.Total(discoveries), events, scales.Residuals, out judgement);
        if (isTest || judgement.IsOutlier)
        {
            discoveries.Observe(judgement.IsOutlier);
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
    private void AdvanceClock(EventTime now, long sequence, SensorBatch output)
    {
        clock = now;
        if (now < nextSilenceCheck)
        {
            return;
        }

        for (int sensor = 0; sensor < Names.Count; sensor++)
        {
            if (states[sensor].FallsSilent(now, sequence, sensor) is { } silent)
            {
                output.Events.Add(silent);
            }
        }

        nextSilenceCheck = now + Silence.CheckInterval;
    }
}
