namespace SensorPipeline.Streams.Frames;

/// <summary>Which sensors form a group, and how their readings meet in frames.</summary>
public record GroupOptions
{
    /// <summary>Name of the group; placeholders such as <c>{room}</c> make one group for each value they take in <see cref="Members"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Patterns of the members' names: <c>{room}/+/temperature</c>.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>How long, in event time, a frame waits for a member that has not reported.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Width of a frame; null lets the data decide: exact times where members share them, else the slowest member's typical interval.</summary>
    public TimeSpan? Step { get; init; }

    /// <summary>Whether a frame without readings is to say that the last member has fallen silent.</summary>
    internal virtual bool HearsOfSilence => false;
}
