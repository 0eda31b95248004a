namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Lag-one autocorrelation of what the forecasts of the bank leave: mean product of neighbouring errors over their mean square, both clipped at three scales, 0 while it may be chance.
/// <see cref="Residuals"/> learn it. State: 16 bytes.
/// </summary>
/// <param name="Product">Mean product of neighbours.</param>
/// <param name="Square">Mean square.</param>
/// <param name="Error">The latest error, in the sensor's unit.</param>
/// <param name="Coefficient">φ.</param>
internal readonly record struct ErrorCorrelation(float Product, float Square, float Error, float Coefficient)
{
    /// <summary>What the latest error says of the next.</summary>
    public float Carried => Coefficient * Error;
}
