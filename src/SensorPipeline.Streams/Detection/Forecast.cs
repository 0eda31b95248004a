namespace SensorPipeline.Streams.Detection;

/// <summary>What the next reading is expected to be: Student's t about a mean; all NaN while unknown.</summary>
/// <param name="Mean">Centre, in the sensor's unit.</param>
/// <param name="Scale">Scale of the t, in the sensor's unit.</param>
/// <param name="DegreesOfFreedom">Of the t.</param>
public readonly record struct Forecast(double Mean, double Scale, double DegreesOfFreedom)
{
    /// <summary>Nothing is known.</summary>
    public static Forecast Unknown => new(double.NaN, double.NaN, double.NaN);

    /// <summary>Standard deviation, s·√(ν/(ν−2)).</summary>
    public double StandardDeviation => Scale * Math.Sqrt(DegreesOfFreedom / (DegreesOfFreedom - 2));
}
