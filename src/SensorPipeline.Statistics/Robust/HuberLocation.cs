using SensorPipeline.Statistics.Quantiles;

namespace SensorPipeline.Statistics.Robust;

/// <summary>Huber's location of a sample: the fixed point of the mean with weights min(1, k/|r|), r in units of the normalised MAD, which stays fixed.</summary>
public static class HuberLocation
{
    /// <summary>k that costs 5 % of efficiency on a normal.</summary>
    public const double DefaultBound = 1.345;

    /// <summary>The location; the median when more than half the data are equal, NaN of nothing.</summary>
    /// <param name="sample">Finite data.</param>
    /// <param name="bound">k.</param>
    public static double Of(ReadOnlySpan<double> sample, double bound = DefaultBound)
    {
        (double location, double deviation) = SampleQuantiles.MedianAndDeviation(sample);
        double scale = deviation * SampleQuantiles.DeviationToStandardDeviation;
        if (!(scale > 0))
        {
            return location;
        }

        for (int step = 0; step < 1000; step++)
        {
            double weights = 0, shift = 0;
            foreach (double x in sample)
            {
                double d = x - location;
                double w = Math.Min(1, bound * scale / Math.Abs(d));
                weights += w;
                shift += w * d;
            }

            shift /= weights;
            location += shift;
            if (Math.Abs(shift) < 1e-15 * scale)
            {
                break;
            }
        }

        return location;
    }
}
