namespace SensorPipeline.Streams.Frames;

/// <summary>Sensors whose readings of one event time belong together.</summary>
public sealed class Group(int index, string name, GroupOptions options)
{
    private readonly List<int> members = [];

    /// <summary>Number of the group, in order of appearance.</summary>
    public int Index => index;

    /// <summary>Name, with placeholders filled.</summary>
    public string Name => name;

    /// <summary>What was configured.</summary>
    public GroupOptions Options => options;

    /// <summary>Indices of the member sensors, in order of appearance; a frame's values stand in this order.</summary>
    public IReadOnlyList<int> Members => members;

    internal void Add(int sensor) => members.Add(sensor);
}
