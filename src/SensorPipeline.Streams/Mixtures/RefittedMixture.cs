using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>What a refit found.</summary>
/// <param name="Mixture">The mixture.</param>
/// <param name="MeanLogLikelihood">Mean log density of the rows it was fitted to.</param>
internal sealed record RefittedMixture(GaussianMixture Mixture, double MeanLogLikelihood);
