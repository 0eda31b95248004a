namespace SensorPipeline.Worker.Web;

/// <summary>One Gaussian of a mixture.</summary>
/// <param name="Label">Its label, which survives refits.</param>
/// <param name="Weight">Its share, in [0,1].</param>
/// <param name="Mean">Its mean, one value a member.</param>
/// <param name="Covariance">Its covariance, row by row, the square of the number of members.</param>
/// <param name="Responsibility">Its share in the latest frame, in [0,1].</param>
public sealed record MixtureComponent(int Label, double Weight, IReadOnlyList<double> Mean, IReadOnlyList<double> Covariance, double Responsibility);
