using SensorPipeline.Statistics.Sequential;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class SequentialVectors
{
    [Fact]
    public void Run_lengths_of_cumulative_sums_match() => VectorFile.Check("sequential.json", "cusum_arl", c =>
    {
        double k = c.Number("k"), h = c.Number("h");
        double one = CusumDesign.RunLength(k, h);
        c.Check("arl0_one_sided", one);
        c.Check("arl0_two_sided", 0.5 * one);
        c.Check("arl1_one_sided_shift_2k", CusumDesign.RunLength(k, h, 2 * k));
    });

    [Fact]
    public void Cumulative_sums_match() => VectorFile.Check("sequential.json", "cusum_run", c =>
    {
        double[] z = c.Numbers("z");
        var (upper, lower, alarms) = (new List<double>(), new List<double>(), new List<double>());
        Cusum sum = default;
        for (int i = 0; i < z.Length; i++)
        {
            sum = sum.Observe(z[i], c.Number("k"));
            upper.Add(sum.Upper);
            lower.Add(sum.Lower);
            if (sum.Statistic > c.Number("h"))
            {
                alarms.Add(i);
                sum = default;
            }
        }

        c.Check("c_plus", [.. upper]);
        c.Check("c_minus", [.. lower]);
        c.Check("alarms", [.. alarms]);
    });

    [Fact]
    public void The_law_of_repeats_matches()
    {
        VectorFile.Check("sequential.json", "stuck", c =>
        {
            int length = (int)c.Number("run_length");
            c.Check("p_value", RepeatLaw.Tail(length, c.Number("p_repeat")));
            c.Check("log10_p", RepeatLaw.LogTail(length, c.Number("p_repeat")) / Math.Log(10));
        });
        VectorFile.Check("sequential.json", "stuck_threshold", c => c.Check("run_length", RepeatLaw.Threshold(c.Number("alpha"), c.Number("p_repeat"))));
    }
}
