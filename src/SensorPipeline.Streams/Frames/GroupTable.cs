namespace SensorPipeline.Streams.Frames;

/// <summary>
/// The groups there are, found from the configured patterns as sensors appear, and which of them each sensor belongs to.
/// It follows from the sensors' names alone, so it is rebuilt and not saved.
/// </summary>
public sealed class GroupTable
{
    private readonly List<Group> groups = [];
    private readonly Dictionary<string, Group> byName = new(StringComparer.Ordinal);
    private readonly List<Membership[]> memberships = [];
    private readonly (GroupOptions Options, SensorPattern[] Patterns)[] configured;
    private readonly int maximumGroups;
    private readonly int maximumMembers;

    /// <summary>Prepares the patterns; they must be valid.</summary>
    public GroupTable(IEnumerable<GroupOptions> options, int maximumGroups, int maximumMembers)
    {
        this.maximumGroups = maximumGroups;
        this.maximumMembers = maximumMembers;
        configured = [.. options.Select(group => (group, group.Members.Select(Parse).ToArray()))];
    }

    /// <summary>One sensor's place in one group.</summary>
    public readonly record struct Membership(int Group, int Member);

    /// <summary>All groups, by index.</summary>
    public IReadOnlyList<Group> Groups => groups;

    /// <summary>Places in groups that were not given because the limit of groups or of members was reached.</summary>
    public int Refused { get; private set; }

    /// <summary>The groups of a sensor.</summary>
    public ReadOnlySpan<Membership> Of(int sensor) => memberships[sensor];

    /// <summary>Takes note of the next sensor and puts it into its groups.</summary>
    public void Add(int sensor, string name)
    {
        var places = new List<Membership>();
        foreach ((GroupOptions options, SensorPattern[] patterns) in configured)
        {
            if (GroupNameOf(options, patterns, name) is { } group && FindOrAdd(options, group) is { } found)
            {
                places.Add(new Membership(found.Index, found.Members.Count));
                found.Add(sensor);
            }
        }

        memberships.Add([.. places]);
    }

    private static string? GroupNameOf(GroupOptions options, SensorPattern[] patterns, string sensor)
    {
        foreach (SensorPattern pattern in patterns)
        {
            var captured = new Dictionary<string, string>(StringComparer.Ordinal);
            if (pattern.TryMatch(sensor, captured))
            {
                return SensorPattern.Fill(options.Name, captured);
            }
        }

        return null;
    }

    private Group? FindOrAdd(GroupOptions options, string name)
    {
        // One name may stand for a fusion and for a mixture: they are two groups of the same sensors.
        string key = $"{options.GetType().Name}:{name}";
        if (byName.TryGetValue(key, out Group? group))
        {
            return HasRoom(group) ? group : null;
        }

        if (groups.Count >= maximumGroups)
        {
            Refused++;
            return null;
        }

        group = new Group(groups.Count, name, options);
        groups.Add(group);
        byName.Add(key, group);
        return group;
    }

    private bool HasRoom(Group group)
    {
        bool hasRoom = group.Members.Count < maximumMembers;
        Refused += hasRoom ? 0 : 1;
        return hasRoom;
    }

    private static SensorPattern Parse(string text) =>
        SensorPattern.TryParse(text, out SensorPattern? pattern, out string? fault) ? pattern : throw new ArgumentException($"'{text}' {fault}");
}
