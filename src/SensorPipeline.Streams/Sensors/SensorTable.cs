using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// The states of all sensors: rows of one array, but for those set aside in the archive. A state comes back with the next that is asked of it, to the last bit, so that where it lay shows nowhere.
/// </summary>
/// <param name="archive">Where idle states go; null for nowhere.</param>
internal sealed class SensorTable(IStateArchive? archive) : ISnapshot
{
    private const int InMemory = -1;

    private readonly Stack<int> free = new();
    private SensorState[] rows = new SensorState[16];
    private SensorState look;
    private int used;

    // By sensor: its row, or the complement of its name in the archive.
    private long[] places = new long[16];

    /// <summary>How many sensors there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are set aside.</summary>
    public int SetAside { get; private set; }

    /// <summary>The rows of states in memory, free ones among them.</summary>
    public Span<SensorState> Rows => rows.AsSpan(0, used);

    /// <summary>Adds a sensor that has not reported yet.</summary>
    public void Add()
    {
        if (Count == places.Length)
        {
            Array.Resize(ref places, Math.Max(16, Count * 2));
        }

        places[Count++] = Put(SensorState.New);
    }

    /// <summary>Whether a sensor's state is set aside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSetAside(int sensor) => places[sensor] < 0;

    /// <summary>What names a sensor's state in the archive; null where it is in memory.</summary>
    public long? NameOf(int sensor) => IsSetAside(sensor) ? ~places[sensor] : null;

    /// <summary>The row of a sensor whose state is in memory; negative for one set aside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOf(int sensor) => (int)Math.Max(places[sensor], InMemory);

    /// <summary>Brings near what tells whether a sensor has fallen silent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSilence(int sensor)
    {
        if (RowOf(sensor) is >= 0 and var row)
        {
            SensorState.PrefetchSilence(ref rows[row]);
        }
    }

    /// <summary>Brings a state back, and returns its row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Recall(int sensor)
    {
        long name = ~places[sensor];
        Read(name, ref look);
        archive!.Release(name);
        SetAside--;
        int row = Put(look);
        places[sensor] = row;
        return row;
    }

    /// <summary>A sensor's state to be looked at, wherever it lies. Valid until another one is asked for.</summary>
    public ref readonly SensorState Look(int sensor)
    {
        if (!IsSetAside(sensor))
        {
            return ref rows[RowOf(sensor)];
        }

        Read(~places[sensor], ref look);
        return ref look;
    }

    /// <summary>Sets a state aside, if the archive has room.</summary>
    public void TrySetAside(int sensor)
    {
        int row = RowOf(sensor);
        long name = archive!.Add(MemoryMarshal.AsBytes(Rows.Slice(row, 1)));
        if (name < 0)
        {
            return;
        }

        places[sensor] = ~name;
        rows[row] = default;
        free.Push(row);
        SetAside++;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        int[] sensors = [.. Enumerable.Range(0, Count).Where(IsSetAside)];
        writer.WriteSpan<int>(sensors);
        writer.WriteSpan<long>([.. sensors.Select(sensor => ~places[sensor])]);
        writer.BeginSpan<SensorState>(Count - SetAside);
        for (int sensor = 0; sensor < Count; sensor++)
        {
            if (!IsSetAside(sensor))
            {
                writer.Continue<SensorState>(Rows.Slice(RowOf(sensor), 1));
            }
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        int[] sensors = reader.ReadArray<int>();
        long[] names = reader.ReadArray<long>();
        SensorState[] inMemory = reader.ReadArray<SensorState>();
        int count = inMemory.Length + sensors.Length;
        bool isPossible = sensors.Length == names.Length && sensors.All(sensor => sensor >= 0 && sensor < count) && sensors.Distinct().Count() == sensors.Length && names.All(name => name >= 0);
        if (!isPossible || (sensors.Length > 0 && archive is null))
        {
            throw new InvalidDataException($"The snapshot holds {inMemory.Length} states, and {sensors.Length} sensors and {names.Length} names of states that are set aside.");
        }

        archive?.Hold(names, SensorState.Size);
        free.Clear();
        (rows, used, Count, SetAside) = (inMemory, 0, count, sensors.Length);
        places = new long[count];
        for (int i = 0; i < sensors.Length; i++)
        {
            places[sensors[i]] = ~names[i];
        }

        for (int sensor = 0; sensor < count; sensor++)
        {
            places[sensor] = IsSetAside(sensor) ? places[sensor] : used++;
        }
    }

    private void Read(long name, ref SensorState state) => archive!.Read(name, MemoryMarshal.AsBytes(new Span<SensorState>(ref state)));

    private int Put(in SensorState state)
    {
        if (!free.TryPop(out int row))
        {
            row = used++;
            if (row >= rows.Length)
            {
                Array.Resize(ref rows, Math.Max(16, rows.Length * 2));
            }
        }

        rows[row] = state;
        return row;
    }
}
