namespace SensorPipeline.Statistics.Gaussians;

/// <summary>
/// What each channel should read given all the others, for every channel by one solve: with the precision L = C⁻¹ and u = L(x − m), the residual is uᵢ/Lᵢᵢ, its variance 1/Lᵢᵢ and
/// z = uᵢ/√Lᵢᵢ. A prediction allocates nothing.
/// </summary>
public sealed class LeaveOneOut
{
    private readonly MultivariateGaussian joint;
    private readonly double[] precision;

    /// <summary>Prepares the predictions.</summary>
    /// <param name="joint">The joint of the channels.</param>
    public LeaveOneOut(MultivariateGaussian joint)
    {
        this.joint = joint;
        precision = joint.ToInformation().Precision;
    }

    /// <summary>Variance of a channel given the others.</summary>
    /// <param name="channel">Which one.</param>
    public double Variance(int channel) => 1 / precision[(channel * joint.Dimension) + channel];

    /// <summary>Predicts every channel from the others.</summary>
    /// <param name="x">d readings.</param>
    /// <param name="predicted">d; receives the predictions.</param>
    /// <param name="scores">d; receives z, standard normal when the joint is right.</param>
    public void Predict(ReadOnlySpan<double> x, Span<double> predicted, Span<double> scores)
    {
        int d = joint.Dimension;
        ReadOnlySpan<double> mean = joint.Mean;
        for (int i = 0; i < d; i++)
        {
            double u = 0;
            for (int j = 0; j < d; j++)
            {
                u += precision[(i * d) + j] * (x[j] - mean[j]);
            }

            double own = precision[(i * d) + i];
            predicted[i] = x[i] - (u / own);
            scores[i] = u / Math.Sqrt(own);
        }
    }
}
