using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Web;

/// <summary>A fused estimate.</summary>
/// <param name="Time">Its event time.</param>
/// <param name="Mean">Its mean; NaN while unavailable.</param>
/// <param name="StandardDeviation">Its standard deviation; NaN while unavailable.</param>
/// <param name="ChiSquare">How far its members disagree: chi-square with <paramref name="Members"/> − 1 degrees of freedom where they agree.</param>
/// <param name="Innovation">How far it lay from what was foretold: chi-square with one degree of freedom where the estimate is honest; NaN while unknown.</param>
/// <param name="Members">How many members it rests on.</param>
public readonly record struct EstimatePoint(EventTime Time, double Mean, double StandardDeviation, double ChiSquare, double Innovation, int Members);
