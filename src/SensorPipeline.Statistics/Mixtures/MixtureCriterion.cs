namespace SensorPipeline.Statistics.Mixtures;

/// <summary>By what the number of components is chosen.</summary>
public enum MixtureCriterion
{
    /// <summary>For a good density.</summary>
    Bayesian,

    /// <summary>For components that are to be named: it does not split what cannot be told apart.</summary>
    IntegratedCompleted,
}
