using System.Globalization;
using System.Text.Json;
using SensorPipeline.Statistics.Moments;
using Xunit;
using Running = SensorPipeline.Statistics.Moments.Moments;

namespace SensorPipeline.Statistics.Tests.Golden;

public class MomentVectors
{
    [Fact]
    public void Moments_match() => VectorFile.Check("moments.json", "moments", c =>
    {
        double[] x = Series(c);
        Compare(c, x, Observe(x));
    });

    [Fact]
    public void Merged_moments_match() => VectorFile.Check("moments.json", "moments", c =>
    {
        double[] x = Series(c);
        int[] cuts = c.HasMember("merge_split") ? [.. VectorCase.Flatten(c.Member("merge_split")).Select(i => (int)i)] : [];
        var sum = Running.AdditiveIdentity;
        int start = 0;
        foreach (int end in cuts.Append(x.Length))
        {
            sum += Observe(x.AsSpan(start, end - start));
            start = end;
        }

        Compare(c, x, sum);
    });

    [Fact]
    public void The_reference_data_of_NIST_match() => VectorFile.Check("nist_strd.json", "nist_strd", c =>
    {
        double[] x = Series(c);
        Running moments = Observe(x);
        Compare(c, x, moments);
        CheckDigits(c, "mean", moments.Mean);
        CheckDigits(c, "std", moments.StandardDeviation);
    });

    [Fact]
    public void Adjusted_exponential_moments_match() => VectorFile.Check("ew_moments.json", "ew_adjusted", c =>
    {
        double share = 1 - c.Number("alpha");
        var reported = Report(c, c.Numbers("x"), _ => share);
        CompareExponential(c, reported);
        c.Check("skew", Pick(reported, m => m.Skewness));
        c.Check("exkurt", Pick(reported, m => m.ExcessKurtosis));
    });

    [Fact]
    public void Exponential_moments_in_event_time_match() => VectorFile.Check("ew_moments.json", "ew_time", c =>
    {
        double[] t = c.Numbers("t");
        var reported = Report(c, c.Numbers("x"), i => i == 0 ? 1 : ExponentialMoments.Share(t[i] - t[i - 1], c.Number("tau")));
        CompareExponential(c, reported);
        c.Check("sum_w", Pick(reported, m => m.Weight));
    });

    [Fact]
    public void Recursive_exponential_moments_match() => VectorFile.Check("ew_moments.json", "ew_recursive", c =>
    {
        double[] x = c.Numbers("x");
        var reported = new List<RecursiveMoments>();
        RecursiveMoments moments = default;
        int[] at = c.Integers("at");
        for (int i = 0; i < x.Length; i++)
        {
            moments = moments.Observe(x[i], c.Number("alpha"));
            if (at.Contains(i))
            {
                reported.Add(moments);
            }
        }

        c.Check("mean", [.. reported.Select(m => m.Mean)]);
        c.Check("var", [.. reported.Select(m => m.Variance)]);
    });

    internal static double[] Series(VectorCase c)
    {
        if (c.HasInput("x"))
        {
            return c.Numbers("x");
        }

        foreach (string digits in new[] { "digits", "data_digits" }.Where(c.HasInput))
        {
            return [.. c.Text(digits).Where(char.IsAsciiDigit).Select(d => (double)(d - '0'))];
        }

        if (c.HasInput("data_decimal"))
        {
            return [.. c.Raw("data_decimal").EnumerateArray().Select(d => double.Parse(d.GetString()!, CultureInfo.InvariantCulture))];
        }

        JsonElement formula = c.Raw("formula");
        double even = formula.GetProperty("even").GetDouble(), odd = formula.GetProperty("odd").GetDouble();
        int n = formula.GetProperty("n").GetInt32();
        return [formula.GetProperty("first").GetDouble(), .. Enumerable.Range(1, n - 1).Select(i => i % 2 == 1 ? even : odd)];
    }

    private static Running Observe(ReadOnlySpan<double> x)
    {
        var moments = Running.AdditiveIdentity;
        foreach (double v in x)
        {
            moments = moments.Observe(v);
        }

        return moments;
    }

    private static void Compare(VectorCase c, double[] x, Running moments)
    {
        c.Check("n", moments.Count);
        c.Check("mean", moments.Mean);
        c.Check("m2", moments.SumOfSquares);
        c.Check("var_pop", moments.PopulationVariance);
        c.Check("var", moments.Variance);
        c.Check("std", moments.StandardDeviation);
        c.Check("skew_pop", moments.PopulationSkewness);
        c.Check("exkurt_pop", moments.PopulationExcessKurtosis);
        c.Check("skew", moments.Skewness);
        c.Check("exkurt", moments.ExcessKurtosis);
        c.Check("min", x.Min());
        c.Check("max", x.Max());
        c.Check("autocorr1", Sequential.Autocorrelation.OfSample(x, 1));
    }

    private static void CheckDigits(VectorCase c, string field, double got)
    {
        double want = VectorCase.Flatten(c.Member("certified").GetProperty(field))[0];
        double limit = c.HasMember("lre_certified") ? Math.Min(VectorCase.Flatten(c.Member("lre_certified").GetProperty(field))[0], 13) - 0.05 : 13;
        if (want != got && -Math.Log10(Math.Abs(got - want) / Math.Abs(want)) < limit)
        {
            c.Fault($"certified {field}: {got:R}, not {want:R} to {limit} digits");
        }
    }

    private static List<ExponentialMoments> Report(VectorCase c, double[] x, Func<int, double> share)
    {
        int[] at = c.Integers("at");
        var reported = new List<ExponentialMoments>();
        var moments = ExponentialMoments.AdditiveIdentity;
        for (int i = 0; i < x.Length; i++)
        {
            moments = moments.Retain(share(i)).Observe(x[i]);
            if (at.Contains(i))
            {
                reported.Add(moments);
            }
        }

        return reported;
    }

    private static void CompareExponential(VectorCase c, List<ExponentialMoments> reported)
    {
        c.Check("mean", Pick(reported, m => m.Mean));
        c.Check("var_biased", Pick(reported, m => m.PopulationVariance));
        c.Check("var_unbiased", Pick(reported, m => m.Variance));
        c.Check("n_eff", Pick(reported, m => m.EffectiveSampleSize));
    }

    private static double[] Pick(List<ExponentialMoments> reported, Func<ExponentialMoments, double> value) => [.. reported.Select(value)];
}
