namespace SensorPipeline.Statistics.Estimators;

/// <summary>An estimator of one variable is a value without references: observing yields the next value, copying takes a snapshot.</summary>
/// <typeparam name="TSelf">The estimator.</typeparam>
public interface IEstimator<TSelf>
    where TSelf : unmanaged, IEstimator<TSelf>
{
    /// <summary>How much it has observed: a count, or an effective count where the past is forgotten.</summary>
    double Weight { get; }

    /// <summary>The estimator after one more datum. A datum that is not finite leaves it as it is.</summary>
    /// <param name="x">The datum.</param>
    TSelf Observe(double x);
}
