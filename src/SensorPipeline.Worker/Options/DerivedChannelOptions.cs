using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>A channel computed from the members of a group.</summary>
public sealed record DerivedChannelOptions
{
    /// <summary>What it is called in the group's state.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>A linear combination of members: numbers, <c>+ - * /</c>, parentheses, and names or last levels of names, quoted where they hold signs: <c>flow - return</c>.</summary>
    [Required]
    public string Expression { get; init; } = "";
}
