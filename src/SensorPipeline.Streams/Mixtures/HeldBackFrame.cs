namespace SensorPipeline.Streams.Mixtures;

/// <summary>What is known of a frame that came after a refit's window.</summary>
/// <param name="LogDensity">Its log density under the model in force before that learned it; NaN where there was none.</param>
/// <param name="Elapsed">Time since the frame before, in typical intervals.</param>
internal readonly record struct HeldBackFrame(double LogDensity, double Elapsed);
