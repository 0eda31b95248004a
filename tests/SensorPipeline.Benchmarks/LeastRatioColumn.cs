using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace SensorPipeline.Benchmarks;

/// <summary>Least time over the least time of the baseline of the same run: on a machine that does other work the mean of either is mostly that work.</summary>
internal sealed class LeastRatioColumn : IColumn
{
    public string Id => nameof(LeastRatioColumn);

    public string ColumnName => "Min ratio";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Baseline;

    public int PriorityInCategory => 10;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Min of this over Min of the baseline";

    public bool IsAvailable(Summary summary) => summary.HasBaselines();

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        BenchmarkCase? baseline = summary.GetBaseline(summary.GetLogicalGroupKey(benchmarkCase));
        return Least(summary, benchmarkCase) is { } own && baseline is not null && Least(summary, baseline) is { } other
            ? (own / other).ToString("0.00", CultureInfo.InvariantCulture)
            : "?";
    }

    private static double? Least(Summary summary, BenchmarkCase benchmarkCase) => summary[benchmarkCase]?.ResultStatistics is { } statistics ? statistics.Min : null;
}
