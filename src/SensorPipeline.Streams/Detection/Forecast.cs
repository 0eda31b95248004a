using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>What the next reading is expected to be; all NaN while unknown.</summary>
/// <param name="Mean">Centre, in the sensor's unit.</param>
/// <param name="Scale">Robust scale of what the forecast leaves, in the sensor's unit.</param>
/// <param name="StandardDeviation">Standard deviation of what it leaves, from the law of the stream's own deviations.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly record struct Forecast(double Mean, double Scale, double StandardDeviation)
{
    /// <summary>Nothing is known.</summary>
    public static Forecast Unknown => new(double.NaN, double.NaN, double.NaN);
}
