namespace SensorPipeline.Worker.Web;

/// <summary>The service's counters at one instant.</summary>
/// <param name="Time">When.</param>
/// <param name="Messages">Messages received since the process started.</param>
/// <param name="Readings">Readings accepted.</param>
/// <param name="Rejected">Messages and readings rejected.</param>
/// <param name="Published">Messages published.</param>
/// <param name="Queue">Batches that waited to be processed.</param>
/// <param name="Outbox">Results that waited to be published.</param>
/// <param name="Lag">Time from receipt to result of the latest batch; null while unknown.</param>
public readonly record struct ServiceSecond(
    DateTimeOffset Time, long Messages, long Readings, long Rejected, long Published, long Queue, long Outbox, TimeSpan? Lag);
