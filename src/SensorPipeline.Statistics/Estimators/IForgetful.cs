namespace SensorPipeline.Statistics.Estimators;

/// <summary>An estimator that can give all it has seen less weight.</summary>
/// <typeparam name="TSelf">The estimator.</typeparam>
public interface IForgetful<TSelf>
    where TSelf : unmanaged, IForgetful<TSelf>
{
    /// <summary>The estimator with its past weighted by a share; retaining a and then b is retaining a·b.</summary>
    /// <param name="share">Share of the weight to keep, in [0,1].</param>
    TSelf Retain(double share);
}
