using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>Writes metrics in a text format Prometheus reads. Exponential histograms have no form in it and are left out.</summary>
internal sealed class PrometheusText(PrometheusFormat format)
{
    private readonly StringBuilder text = new();

    /// <summary>Writes the attributes of the service as the labels of <c>target_info</c>.</summary>
    public void WriteTarget(IEnumerable<KeyValuePair<string, object>> attributes)
    {
        WriteHeader(format == PrometheusFormat.OpenMetrics ? "target" : "target_info", "Attributes of the service.", format == PrometheusFormat.OpenMetrics ? "info" : "gauge");
        var labels = new StringBuilder();
        foreach ((string name, object value) in attributes)
        {
            AppendLabel(labels, name, value);
        }

        WriteSample("target_info", labels.ToString(), "1");
    }

    /// <summary>Writes metrics, the samples of one name together.</summary>
    public void WriteAll(in Batch<Metric> metrics)
    {
        var families = new List<(string Name, Metric Metric)>();
        foreach (Metric metric in metrics)
        {
            if (metric.MetricType is not MetricType.ExponentialHistogram)
            {
                families.Add((PrometheusName.OfMetric(metric.Name, metric.Unit, metric.MetricType is MetricType.Histogram), metric));
            }
        }

        foreach (IGrouping<string, (string Name, Metric Metric)> family in families.GroupBy(family => family.Name))
        {
            // Two meters may give one name to different things; a family has one type, so the first wins.
            string type = TypeOf(family.First().Metric.MetricType);
            bool isCounter = type == "counter";
            WriteHeader(isCounter && format == PrometheusFormat.Text ? $"{family.Key}_total" : family.Key, Help(family.First().Metric), type);
            foreach ((_, Metric metric) in family.Where(member => TypeOf(member.Metric.MetricType) == type))
            {
                WritePoints(isCounter ? $"{family.Key}_total" : family.Key, metric);
            }
        }
    }

    /// <summary>Writes a gauge with one label; what is not known is left out.</summary>
    public void WriteGauge(string family, string help, string label, IEnumerable<(string Name, double Value)> samples)
    {
        WriteHeader(family, help, "gauge");
        foreach ((string name, double value) in samples)
        {
            if (double.IsFinite(value))
            {
                var labels = new StringBuilder();
                AppendLabel(labels, label, name);
                WriteSample(family, labels.ToString(), Number(value));
            }
        }
    }

    /// <summary>Ends the text and returns it as UTF-8.</summary>
    public byte[] ToUtf8()
    {
        if (format == PrometheusFormat.OpenMetrics)
        {
            text.Append("# EOF\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void WritePoints(string name, Metric metric)
    {
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            var labels = new StringBuilder();
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                AppendLabel(labels, tag.Key, tag.Value);
            }

            if (metric.MetricType is MetricType.Histogram)
            {
                WriteHistogram(name, labels.ToString(), point);
            }
            else
            {
                WriteSample(name, labels.ToString(), ValueOf(metric.MetricType, point));
            }
        }
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        long cumulative = 0;
        double above = double.NegativeInfinity;
        string separator = labels.Length > 0 ? "," : "";
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            string exemplar = format == PrometheusFormat.OpenMetrics ? Exemplar(point, above, bucket.ExplicitBound) : "";
            WriteSample($"{name}_bucket", $"{labels}{separator}le=\"{Number(bucket.ExplicitBound)}\"", Number(cumulative) + exemplar);
            above = bucket.ExplicitBound;
        }

        WriteSample($"{name}_sum", labels, Number(point.GetHistogramSum()));
        WriteSample($"{name}_count", labels, Number(point.GetHistogramCount()));
    }

    // The latest measurement of a bucket that a trace knows more of.
    private static string Exemplar(in MetricPoint point, double above, double bound)
    {
        string found = "";
        DateTimeOffset latest = DateTimeOffset.MinValue;
        if (point.TryGetExemplars(out ReadOnlyExemplarCollection exemplars))
        {
            foreach (ref readonly Exemplar exemplar in exemplars)
            {
                if (exemplar.DoubleValue > above && exemplar.DoubleValue <= bound && exemplar.Timestamp > latest)
                {
                    latest = exemplar.Timestamp;
                    found = $" # {{trace_id=\"{exemplar.TraceId}\",span_id=\"{exemplar.SpanId}\"}} {Number(exemplar.DoubleValue)} {Number(latest.ToUnixTimeMilliseconds() / 1000.0)}";
                }
            }
        }

        return found;
    }

    private void WriteHeader(string family, string help, string type) =>
        text.Append("# HELP ").Append(family).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');

    private void WriteSample(string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static void AppendLabel(StringBuilder labels, string name, object? value)
    {
        string written = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        labels.Append(labels.Length > 0 ? "," : "").Append(PrometheusName.OfLabel(name)).Append("=\"")
            .Append(Escape(written).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    private string Help(Metric metric)
    {
        string help = Escape(metric.Description is { Length: > 0 } description ? description : metric.Name);
        return format == PrometheusFormat.OpenMetrics ? help.Replace("\"", "\\\"", StringComparison.Ordinal) : help;
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
