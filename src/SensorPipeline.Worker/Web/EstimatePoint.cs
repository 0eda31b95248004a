using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Web;

/// <summary>A fused estimate.</summary>
/// <param name="Time">Its event time.</param>
/// <param name="Mean">Its mean; NaN while unavailable.</param>
/// <param name="StandardDeviation">Its standard deviation; NaN while unavailable.</param>
public readonly record struct EstimatePoint(EventTime Time, double Mean, double StandardDeviation);
