namespace SensorPipeline.Storage.Log;

/// <summary>What a segment of a log holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="FirstSequence">Sequence of its first input.</param>
/// <param name="NextSequence">Sequence after its last sound input.</param>
/// <param name="Records">Sound records: batches as they were appended.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Fault">What ends it early, or null.</param>
public sealed record SegmentReport(string Path, long FirstSequence, long NextSequence, long Records, long Bytes, SegmentFault? Fault);
