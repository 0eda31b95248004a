namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// Notices filters that used to deliver and no longer do while the connection stands: rights withdrawn, a bridge down, publishers gone.
/// A filter is silent when nothing has come on it for the stated time, and for three times its longest pause so far. Only time in which
/// messages could come is counted, by the ticks of the connection that asks.
/// </summary>
internal sealed class SilenceWatch(TimeSpan patience)
{
    /// <summary>A filter used to deliver when something came on it between this many pairs of ticks.</summary>
    public const int Habit = 8;

    private const int PausesToWait = 3;

    // Under a flood some messages of each read stand for all of them; a filter under suspicion is looked for in every one.
    private const int MatchesInOneRead = 256;
    private const int Sample = 32;

    private readonly Lock gate = new();
    private Entry[] entries = [];
    private string[] silent = [];
    private volatile bool looking;

    /// <summary>The filters that are silent now.</summary>
    public IReadOnlyList<string> Silent => Volatile.Read(ref silent);

    /// <summary>Watches these filters; what is known of one that was watched before is kept.</summary>
    public void Watch(IEnumerable<MqttSubscription> subscriptions)
    {
        lock (gate)
        {
            Dictionary<string, Entry> known = entries.ToDictionary(entry => entry.Filter);
            IEnumerable<string> filters = patience == TimeSpan.Zero ? [] : subscriptions.Select(subscription => subscription.Filter).Distinct();
            entries = [.. filters.Select(filter => known.GetValueOrDefault(filter) ?? new Entry(filter))];
            looking = entries.Length > 0;
            Tell();
        }
    }

    /// <summary>Looks at the messages of a read. Costs nothing once every filter has been seen since the last tick.</summary>
    public void Look(MqttMessages messages)
    {
        if (!looking)
        {
            return;
        }

        lock (gate)
        {
            int sample = Math.Clamp(MatchesInOneRead / entries.Length, 1, Sample);
            bool all = true;
            foreach (Entry entry in entries)
            {
                entry.Seen = entry.Seen || Takes(entry.Topics, messages, entry.Suspected ? messages.Count : sample);
                all &= entry.Seen;
            }

            looking = !all;
        }
    }

    private static bool Takes(byte[] filter, MqttMessages messages, int sample)
    {
        for (int i = 0; i < messages.Count && i < sample; i++)
        {
            if (TopicFilter.Matches(filter, messages[i].Topic))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts time in which messages could have come.</summary>
    public void Tick(TimeSpan elapsed)
    {
        lock (gate)
        {
            bool changed = false;
            foreach (Entry entry in entries)
            {
                bool was = entry.Silent;
                entry.Tick(elapsed, patience);
                changed |= was != entry.Silent;
            }

            looking = entries.Length > 0;
            if (changed)
            {
                Tell();
            }
        }
    }

    private void Tell() => Volatile.Write(ref silent, [.. entries.Where(entry => entry.Silent).Select(entry => entry.Filter)]);

    private sealed class Entry(string filter)
    {
        private TimeSpan pause;
        private TimeSpan longest;
        private int sightings;

        public string Filter { get; } = filter;

        /// <summary>What topics are matched with: a shared subscription names its group in front.</summary>
        public byte[] Topics { get; } = System.Text.Encoding.UTF8.GetBytes(filter.StartsWith("$share/", StringComparison.Ordinal) ? filter.Split('/', 3)[^1] : filter);

        public bool Seen { get; set; }

        public bool Suspected { get; private set; }

        public bool Silent { get; private set; }

        public void Tick(TimeSpan elapsed, TimeSpan patience)
        {
            TimeSpan limit = longest * PausesToWait > patience ? longest * PausesToWait : patience;
            pause += Seen ? TimeSpan.Zero : elapsed;
            if (Seen)
            {
                // An outage teaches no more than its alarm: the next one must not be waited for as long as this one lasted.
                TimeSpan lesson = pause < limit ? pause : limit;
                longest = lesson > longest ? lesson : longest;
                pause = TimeSpan.Zero;
                sightings++;
            }

            Seen = false;
            Suspected = sightings >= Habit && pause >= limit * 0.75;
            Silent = sightings >= Habit && pause >= limit;
        }
    }
}
