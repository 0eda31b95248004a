using System.Text;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Where decoded values become readings: names sensors, applies the channel's arithmetic and the source's policies, counts. What the
/// formats share; it is set to one message at a time.
/// </summary>
internal sealed class ReadingSink(SensorNames names, SourceLimits limits, DecodeCounters counters)
{
    private readonly Dictionary<int, (double Value, EventTime Time)> seeds = [];

    // The channels of all routes side by side: the index of each one's sensor, unknown, or a refusal.
    private readonly Buffer<int> sensors = new();
    private SensorMemory[] memory = [];
    private ChannelOptions?[] channels = [];
    private SourcePlan source = null!;
    private Route route = null!;
    private InputBatch batch = null!;
    private DeliveryKey key;
    private bool isPlain;
    private bool isSeed;

    /// <summary>When the message arrived.</summary>
    public EventTime Arrival { get; private set; }

    /// <summary>How many readings the message gave so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>How many times something of the message was rejected so far.</summary>
    public int Rejected { get; private set; }

    /// <summary>Why, the last time.</summary>
    public RejectReason Reason { get; private set; }

    /// <summary>The channel it was rejected for, the last time.</summary>
    public ChannelPlan? RejectedChannel { get; private set; }

    /// <summary>How many keys of payloads are remembered.</summary>
    public int Remembered { get; private set; }

    /// <summary>Counts a key that is remembered from now on.</summary>
    public void Remember() => Remembered++;

    /// <summary>Makes room for the sensors of a route's channels; returns where they stand.</summary>
    public int AddChannels(int count)
    {
        int first = sensors.Count;
        sensors.AddSpan(count).Fill(Route.Unknown);
        return first;
    }

    /// <summary>Tells that all routes, and with them the keys, were forgotten.</summary>
    public void Forget()
    {
        sensors.Clear();
        Remembered = 0;
    }

    /// <summary>Turns to the next message.</summary>
    public void Begin(in Message message, InputBatch into)
    {
        // The collector is told of every reference that is stored, so one that is there already is not.
        if (!ReferenceEquals(batch, into))
        {
            batch = into;
        }

        Arrival = message.Arrival;
        key = message.Key;
        isSeed = message.Retained;
        Accepted = 0;
        Rejected = 0;
        Reason = RejectReason.None;
        RejectedChannel = null;
    }

    /// <summary>Sets the route of the message; false where its source does not want it.</summary>
    public bool Take(Route taken)
    {
        route = taken;
        if (!ReferenceEquals(source, taken.Source))
        {
            source = taken.Source!;
        }

        if (isSeed && source.Retained == RetainedPolicy.Ignore)
        {
            Reject(RejectReason.Retained);
            return false;
        }

        isSeed &= source.Retained == RetainedPolicy.Seed;
        isPlain = source.IsPlain && !isSeed;
        key = source.IsNumbered && !key.IsNone ? key with { IsNumbered = true } : key;
        return true;
    }

    /// <summary>Counts a rejection.</summary>
    public void Reject(RejectReason reason, ChannelPlan? channel = null)
    {
        counters.Reject(reason);
        Rejected++;
        Reason = reason;
        RejectedChannel = channel;
    }

    /// <summary>Counts an adjustment.</summary>
    public void Adjust(Adjustment adjustment) => counters.Adjust(adjustment);

    /// <summary>The time to give a reading that claims one: the arrival where that lies too far ahead.</summary>
    public EventTime Bound(EventTime claimed)
    {
        if (claimed - Arrival <= source.MaxFuture)
        {
            return claimed;
        }

        counters.Adjust(Adjustment.FutureTime);
        return Arrival;
    }

    /// <summary>Takes the value of a channel that has one sensor a topic.</summary>
    public void Take(ChannelPlan channel, double raw, EventTime time)
    {
        RejectReason reason = channel.Convert(raw, out double value);
        if (reason != RejectReason.None)
        {
            Reject(reason, channel);
            return;
        }

        ref int sensor = ref sensors[route.FirstSensor + channel.Index];
        if (sensor == Route.Unknown)
        {
            sensor = Introduce(channel, []);
        }

        Add(sensor, channel, value, time);
    }

    /// <summary>Takes the value of a channel under keys that the payload gave. Returns the sensor, so that it can be remembered, or a negative number.</summary>
    public int Take(ChannelPlan channel, ReadOnlySpan<string> keys, double raw, EventTime time)
    {
        RejectReason reason = channel.Convert(raw, out double value);
        if (reason != RejectReason.None)
        {
            Reject(reason, channel);
            return Route.Unknown;
        }

        int sensor = Introduce(channel, keys);
        Add(sensor, channel, value, time);
        return sensor;
    }

    /// <summary>Takes the value of a known sensor.</summary>
    public void Take(int sensor, ChannelPlan channel, double raw, EventTime time)
    {
        RejectReason reason = channel.Convert(raw, out double value);
        if (reason != RejectReason.None)
        {
            Reject(reason, channel);
            return;
        }

        Add(sensor, channel, value, time);
    }

    /// <summary>Tells that the sensor of a channel and keys has stopped by its device's own word; one that has never reported is left alone.</summary>
    public void Lose(ChannelPlan channel, ReadOnlySpan<string> keys)
    {
        if (names.TryGetIndex(channel.Name.Render(route.Text, route.Values, keys), out int sensor))
        {
            batch.AddSensorLost(sensor, Arrival);
        }
    }

    /// <summary>What was written about the channel that a sensor comes from, or null.</summary>
    public ChannelOptions? ChannelOf(int sensor)
    {
        ChannelOptions?[] known = Volatile.Read(ref channels);
        return (uint)sensor < (uint)known.Length ? known[sensor] : null;
    }

    /// <summary>The value that the broker had stored of a sensor; null for none.</summary>
    public (double Value, EventTime Time)? SeedOf(int sensor)
    {
        lock (seeds)
        {
            return seeds.TryGetValue(sensor, out (double, EventTime) seed) ? seed : null;
        }
    }

    /// <summary>Saves what is remembered of sensors.</summary>
    public void Save(SnapshotWriter writer) => writer.WriteSpan<SensorMemory>(memory);

    /// <summary>Restores what is remembered of sensors.</summary>
    public void Load(ref SnapshotReader reader) => memory = reader.ReadArray<SensorMemory>();

    private void Add(int sensor, ChannelPlan channel, double value, EventTime time)
    {
        if (sensor < 0)
        {
            Reject(Route.RefusalOf(sensor), channel);
        }
        else if (isPlain || Passes(sensor, channel, value, time))
        {
            batch.AddReading(sensor, time, Arrival, value, key);
            Accepted++;
        }
    }

    private bool Passes(int sensor, ChannelPlan channel, double value, EventTime time)
    {
        if (isSeed)
        {
            lock (seeds)
            {
                seeds[sensor] = (value, time);
            }

            Reject(RejectReason.Retained, channel);
            return false;
        }

        Reserve(ref memory, sensor);
        ref SensorMemory known = ref memory[sensor];
        if (Arrival - time > source.MaxAge)
        {
            Reject(RejectReason.TooOld, channel);
            return false;
        }

        bool repeats = source.Repeat switch
        {
            RepeatPolicy.DropUnchanged => known.HasReading && known.Value == value && (time - known.Time).Duration() < source.RepeatWindow,
            RepeatPolicy.DropSameTimestamp => known.HasReading && known.Time == time,
            _ => false,
        };
        if (repeats)
        {
            Reject(RejectReason.Repeated, channel);
            return false;
        }

        known = known with { HasReading = true, Value = value, Time = time };
        return true;
    }

    private int Introduce(ChannelPlan channel, ReadOnlySpan<string> keys)
    {
        string name = channel.Name.Render(route.Text, route.Values, keys);
        if (Encoding.UTF8.GetByteCount(name) > limits.NameBytes)
        {
            return Route.Refused(RejectReason.BadName);
        }

        if (!names.TryGetIndex(name, out int sensor))
        {
            if (names.Count >= limits.Sensors)
            {
                return Route.Refused(RejectReason.TooManySensors);
            }

            sensor = names.Add(name);
            batch.AddSensor(sensor, name, Arrival, channel.Options.ConvertTo ?? channel.Options.Unit);
        }

        Reserve(ref channels, sensor);
        channels[sensor] = channel.Options;
        return sensor;
    }

    private static void Reserve<T>(ref T[] array, int index)
    {
        if (index >= array.Length)
        {
            T[] larger = new T[Math.Max(64, Math.Max(index + 1, array.Length * 2))];
            array.CopyTo(larger, 0);
            Volatile.Write(ref array, larger);
        }
    }
}
