using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Frames;

/// <summary>What a kernel keeps of each group it serves: made when the group first appears, null for a group it does not serve.</summary>
internal sealed class GroupStates<T>(GroupTable groups, Func<Group, T?> create) : ISnapshot
    where T : class, ISnapshot
{
    private readonly List<T?> states = [];

    /// <summary>The state of a group, or null.</summary>
    public T? this[int group]
    {
        get
        {
            AddNew();
            return states[group];
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        AddNew();
        foreach (T? state in states)
        {
            state?.Save(writer);
        }
    }

    /// <summary>Restores the states; the groups have been rebuilt from the sensors' names.</summary>
    public void Load(ref SnapshotReader reader)
    {
        AddNew();
        foreach (T? state in states)
        {
            state?.Load(ref reader);
        }
    }

    private void AddNew()
    {
        while (states.Count < groups.Groups.Count)
        {
            states.Add(create(groups.Groups[states.Count]));
        }
    }
}
