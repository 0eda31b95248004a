using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>A group that is fused.</summary>
/// <param name="Index">Its index, for <see cref="IDashboardSource.CopyEstimates"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Members">Indices of the sensors in it.</param>
/// <param name="Latest">The latest estimate; null before the first.</param>
/// <param name="Parts">What part each member has in it, in the order of <paramref name="Members"/>; empty while unknown.</param>
public sealed record GroupState(int Index, string Name, IReadOnlyList<int> Members, FusedEstimate? Latest, IReadOnlyList<FusedMember> Parts);
