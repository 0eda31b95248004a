using System.Runtime.InteropServices;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Sensors;

/// <summary>What sensors have alarmed by, apart from their states: it is asked for only where something is told, and of many a sensor there is nothing to tell.</summary>
internal sealed class AlarmRecords : ISnapshot
{
    private readonly Dictionary<int, AlarmRecord> records = [];

    /// <summary>What a sensor has alarmed by, to be added to; until the next call.</summary>
    public ref AlarmRecord this[int sensor] => ref CollectionsMarshal.GetValueRefOrAddDefault(records, sensor, out _);

    /// <summary>How many alarms of each kind a sensor has had.</summary>
    public EpisodeCounts CountsOf(int sensor) => records.TryGetValue(sensor, out AlarmRecord record) ? record.Counts : default;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        int[] sensors = [.. records.Keys.Order()];
        writer.WriteSpan<int>(sensors);
        writer.WriteSpan<AlarmRecord>([.. sensors.Select(sensor => records[sensor])]);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        int[] sensors = reader.ReadArray<int>();
        AlarmRecord[] saved = reader.ReadArray<AlarmRecord>();
        if (saved.Length != sensors.Length)
        {
            throw new InvalidDataException($"The snapshot names {sensors.Length} sensors that have alarmed and holds {saved.Length} records.");
        }

        records.Clear();
        for (int i = 0; i < sensors.Length; i++)
        {
            records[sensors[i]] = saved[i];
        }
    }
}
