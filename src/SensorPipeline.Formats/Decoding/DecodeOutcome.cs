namespace SensorPipeline.Formats.Decoding;

/// <summary>What became of one message.</summary>
/// <param name="Accepted">How many readings it gave.</param>
/// <param name="Rejected">How many times something was rejected.</param>
/// <param name="Reason">Why, the last time.</param>
/// <param name="Source">Index of the source that took the topic, -1 for none.</param>
public readonly record struct DecodeOutcome(int Accepted, int Rejected, RejectReason Reason, int Source);
