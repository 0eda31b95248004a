using SensorPipeline.Statistics.Sequential;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// How high the excursions of a cumulative sum go when nothing is the matter and scores are independent standard normals: so many readings
/// between peaks above a base, and exponential heights beyond it. What <see cref="ExcursionTail"/> believes before it has seen any.
/// </summary>
/// <param name="Base">The height above which peaks are learned.</param>
/// <param name="Interval">Mean number of readings between such peaks, on both sides together.</param>
/// <param name="Excess">Mean height of such a peak above the base.</param>
internal readonly record struct ExcursionLaw(float Base, float Interval, float Excess)
{
    /// <summary>
    /// Of the sums s ← max(0, s ± z − k), by Siegmund's run length L(h): peaks above h with L(h) = interval on both sides together, and heights
    /// beyond of mean 1/2k, for which e^(−2kh) is the tail.
    /// </summary>
    /// <param name="allowance">k.</param>
    /// <param name="interval">Mean number of readings between the peaks to learn from.</param>
    public static ExcursionLaw OfCusum(double allowance, double interval) =>
        new((float)CusumDesign.Threshold(2 * interval, allowance), (float)interval, (float)(0.5 / allowance));
}
