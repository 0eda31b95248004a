namespace SensorPipeline.Statistics.Robust;

/// <summary>How unusual a value is to a Student-t stream, on both sides.</summary>
/// <param name="Residual">(x − μ)/s.</param>
/// <param name="NormalScore">The standard normal score of the same tail probability, by Wallace's approximation.</param>
/// <param name="Upper">u = −ln P(T &gt; residual): exponential with mean 1 when the model is right. 0 in the body, where nothing depends on it.</param>
/// <param name="Lower">u = −ln P(T &lt; residual), likewise.</param>
public readonly record struct StudentTScore(double Residual, double NormalScore, double Upper, double Lower)
{
    /// <summary>Whether the value is in the body, |residual| ≤ 2, where exact tails are not worth their cost.</summary>
    public bool IsBody => Math.Abs(Residual) <= 2;
}
