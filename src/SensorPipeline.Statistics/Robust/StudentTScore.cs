namespace SensorPipeline.Statistics.Robust;

/// <summary>How unusual a value is to a Student-t stream, on both sides.</summary>
/// <param name="Residual">(x − μ)/s.</param>
/// <param name="NormalScore">The standard normal score of the same tail probability, by Wallace's approximation.</param>
/// <param name="Upper">u = −ln P(T &gt; residual): exponential with mean 1 when the model is right. 0 in the body, where nothing depends on it.</param>
/// <param name="Lower">u = −ln P(T &lt; residual), likewise.</param>
public readonly record struct StudentTScore(double Residual, double NormalScore, double Upper, double Lower)
{
    /// <summary>The residual up to which a value is in the body: even a normal has more than one in fifty beyond it on one side.</summary>
    public const double BodyEdge = 2;

    /// <summary>Whether the value is in the body, |residual| ≤ <see cref="BodyEdge"/>, where exact tails are not worth their cost.</summary>
    public bool IsBody => Math.Abs(Residual) <= BodyEdge;
}
