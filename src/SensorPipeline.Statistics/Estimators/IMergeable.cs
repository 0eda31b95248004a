using System.Numerics;

namespace SensorPipeline.Statistics.Estimators;

/// <summary>An estimator whose sum is the estimator of both inputs together; an empty one adds nothing.</summary>
/// <typeparam name="TSelf">The estimator.</typeparam>
public interface IMergeable<TSelf> : IAdditionOperators<TSelf, TSelf, TSelf>, IAdditiveIdentity<TSelf, TSelf>
    where TSelf : unmanaged, IMergeable<TSelf>;
