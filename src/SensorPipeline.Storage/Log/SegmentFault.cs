namespace SensorPipeline.Storage.Log;

/// <summary>The first place of a segment that cannot be read.</summary>
/// <param name="Offset">Where in the file.</param>
/// <param name="Reason">What is wrong there.</param>
/// <param name="IsTornTail">Whether no more is lost than what had not been committed; opening the log cuts it off.</param>
/// <param name="IsNewer">Whether the file is sound and a newer version wrote it: nothing to repair.</param>
public sealed record SegmentFault(long Offset, string Reason, bool IsTornTail, bool IsNewer);
