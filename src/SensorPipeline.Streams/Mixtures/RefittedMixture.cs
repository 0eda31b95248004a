using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>What a refit found.</summary>
/// <param name="Mixture">The mixture; of Student components the covariances are scale matrices.</param>
/// <param name="Rows">How many of the latest frames it rests on; what came before is of another time.</param>
/// <param name="MeanLogLikelihood">Mean log density of the frames it rests on.</param>
/// <param name="Regularization">What keeps each channel's variances from vanishing.</param>
/// <param name="Margin">By how much the criterion prefers its number of components to that of the model in force when it was asked for; 0 where they were not compared.</param>
internal sealed record RefittedMixture(GaussianMixture Mixture, int Rows, double MeanLogLikelihood, double[] Regularization, double Margin)
{
    /// <summary>ν of Student components; +∞ of Gaussian ones.</summary>
    public double DegreesOfFreedom { get; init; } = double.PositiveInfinity;

    /// <summary>Writes a refit, or that there is none.</summary>
    public static void Save(SnapshotWriter writer, RefittedMixture? saved)
    {
        writer.WriteSpan(saved is null ? [] : saved.Mixture.MixingWeights);
        writer.WriteSpan(saved is null ? [] : saved.Mixture.Means);
        writer.WriteSpan(saved is null ? [] : saved.Mixture.Covariances);
        writer.WriteSpan<double>(saved?.Regularization ?? []);
        writer.Write(saved?.Rows ?? 0);
        writer.Write(saved?.MeanLogLikelihood ?? double.NaN);
        writer.Write(saved?.Margin ?? 0);
        writer.Write(saved?.DegreesOfFreedom ?? 0);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static RefittedMixture? Load(ref SnapshotReader reader)
    {
        double[] weights = reader.ReadArray<double>();
        double[] means = reader.ReadArray<double>();
        double[] covariances = reader.ReadArray<double>();
        double[] regularization = reader.ReadArray<double>();
        (int rows, double likelihood) = (reader.Read<int>(), reader.Read<double>());
        (double margin, double degrees) = (reader.Read<double>(), reader.Read<double>());
        return weights.Length == 0 ? null : new(new GaussianMixture(weights, means, covariances), rows, likelihood, regularization, margin) { DegreesOfFreedom = degrees };
    }
}
