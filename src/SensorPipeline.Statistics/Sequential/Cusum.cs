namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// Two-sided cumulative sums of standardised residuals: upper ← max(0, upper + z − k), lower ← max(0, lower − z − k). Either beyond the threshold h is evidence of a shift of
/// about 2k standard deviations; <see cref="CusumDesign"/> gives h for a stated run length. The residuals must be independent: an autocorrelation of 0.3 shortens the run length fivefold.
/// <para>State: two sums and, for the time of the change, how long each has been above zero.</para>
/// </summary>
/// <param name="Upper">Evidence of a rise.</param>
/// <param name="Lower">Evidence of a fall.</param>
/// <param name="UpperLength">Number of data since the upper sum was last zero: the change is estimated to have begun with them.</param>
/// <param name="LowerLength">Number of data since the lower sum was last zero.</param>
public readonly record struct Cusum(double Upper, double Lower, int UpperLength, int LowerLength)
{
    /// <summary>The larger of the two sums.</summary>
    public double Statistic => Math.Max(Upper, Lower);

    /// <summary>Number of data behind the larger sum.</summary>
    public int Length => Upper >= Lower ? UpperLength : LowerLength;

    /// <summary>+1 when a rise has more evidence, −1 when a fall has, 0 for neither.</summary>
    public int Direction => Upper.CompareTo(Lower);

    /// <summary>After one more residual. Start again from <c>default</c> after an alarm.</summary>
    /// <param name="z">Standardised residual; one that is not finite leaves the sums as they are.</param>
    /// <param name="allowance">k, half the shift to be found soonest, in standard deviations.</param>
    public Cusum Observe(double z, double allowance)
    {
        if (!double.IsFinite(z))
        {
            return this;
        }

        double upper = Math.Max(0, Upper + z - allowance);
        double lower = Math.Max(0, Lower - z - allowance);
        return new(upper, lower, upper > 0 ? UpperLength + 1 : 0, lower > 0 ? LowerLength + 1 : 0);
    }
}
