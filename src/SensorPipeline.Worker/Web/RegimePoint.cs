using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Web;

/// <summary>Which regime a group was in.</summary>
/// <param name="Time">The frame's event time.</param>
/// <param name="Regime">The label of the regime.</param>
/// <param name="TailProbability">Share of frames that fit the mixture worse than this one; NaN while unknown.</param>
public readonly record struct RegimePoint(EventTime Time, int Regime, double TailProbability);
