using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Web;

/// <summary>A reading as it was judged.</summary>
/// <param name="Time">Its event time.</param>
/// <param name="Value">Its value.</param>
/// <param name="Mean">The forecast's mean; NaN while unknown.</param>
/// <param name="StandardDeviation">The forecast's standard deviation; NaN while unknown.</param>
/// <param name="TailProbability">How improbable it was; NaN while unknown.</param>
/// <param name="IsFlagged">Whether it was flagged.</param>
public readonly record struct HistoryPoint(EventTime Time, double Value, double Mean, double StandardDeviation, double TailProbability, bool IsFlagged);
