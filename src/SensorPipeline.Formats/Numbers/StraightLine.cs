using System.Globalization;
using System.Numerics;

namespace SensorPipeline.Formats.Numbers;

/// <summary>
/// y = (x × Factor + Addend) ÷ Divisor. Whole numbers wherever what was written allows it: a factor 0.1 is a division by 10 and 50 °F are (50 × 5 − 160) ÷ 9 = 10 °C,
/// where the nearest double to a tenth or to 5 ÷ 9 would leave its error behind.
/// </summary>
internal readonly record struct StraightLine(double Factor, double Addend, double Divisor)
{
    // A decimal holds these and their products exactly.
    private const double Least = 1e-9;
    private const double Greatest = 1e12;

    /// <summary>Leaves a value as it is.</summary>
    public static StraightLine Identity => new(1, 0, 1);

    /// <summary>Whether it leaves every value as it is.</summary>
    public bool IsIdentity { get; } = Factor == 1 && Addend == 0 && Divisor == 1;

    /// <summary>The line's value.</summary>
    public double Of(double x)
    {
        double sum = (x * Factor) + Addend;
        return Divisor == 1 ? sum : sum / Divisor;
    }

    /// <summary>x × <paramref name="scale"/> + <paramref name="offset"/>, and then the line of <paramref name="unit"/>.</summary>
    public static StraightLine Through(double scale, double offset, (decimal Factor, decimal Addend, decimal Divisor) unit)
    {
        if (IsShort(scale) && IsShort(offset))
        {
            return Reduce(Exact(scale) * unit.Factor, (Exact(offset) * unit.Factor) + unit.Addend, unit.Divisor);
        }

        (double factor, double divisor) = ((double)unit.Factor, (double)unit.Divisor);
        return new StraightLine(scale * (factor / divisor), (offset * (factor / divisor)) + (double)(unit.Addend / unit.Divisor), 1);
    }

    private static bool IsShort(double value) => value == 0 || Math.Abs(value) is >= Least and <= Greatest;

    // The shortest text that names a double is what somebody wrote.
    private static decimal Exact(double value) => decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static StraightLine Reduce(decimal factor, decimal addend, decimal divisor)
    {
        int places = Math.Max(PlacesOf(factor), Math.Max(PlacesOf(addend), PlacesOf(divisor)));
        (BigInteger f, BigInteger a, BigInteger d) = (Whole(factor, places), Whole(addend, places), Whole(divisor, places));
        var common = BigInteger.GreatestCommonDivisor(f, BigInteger.GreatestCommonDivisor(a, d));
        return new StraightLine((double)(f / common), (double)(a / common), (double)(d / common));
    }

    // Dividing by one with all its zeros takes the zeros at the end away.
    private static int PlacesOf(decimal value) => (value / 1.0000000000000000000000000000m).Scale;

    private static BigInteger Whole(decimal value, int places) =>
        new BigInteger(value * (decimal)BigInteger.Pow(10, value.Scale)) * BigInteger.Pow(10, places) / BigInteger.Pow(10, value.Scale);
}
