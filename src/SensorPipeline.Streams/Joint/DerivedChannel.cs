namespace SensorPipeline.Streams.Joint;

/// <summary>A linear combination of a group's members.</summary>
/// <param name="Name">What it is called in the group's state.</param>
/// <param name="Expression">Members, numbers, <c>+ − * /</c> and parentheses, see <see cref="LinearExpression"/>: <c>flow - return</c>.</param>
public sealed record DerivedChannel(string Name, string Expression);
