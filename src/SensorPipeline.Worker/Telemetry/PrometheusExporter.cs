using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>Collects the metrics when somebody scrapes, one scrape at a time.</summary>
[ExportModes(ExportModes.Pull)]
public sealed class PrometheusExporter(TimeProvider clock) : BaseExporter<Metric>, IPullMetricExporter
{
    private const int CollectTimeoutMilliseconds = 5_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(300);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly (byte[]? Text, long Collected)[] latest = new (byte[]? Text, long Collected)[Enum.GetValues<PrometheusFormat>().Length];
    private PrometheusFormat requested;
    private byte[]? exported;

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The metrics as UTF-8, at most 300 ms old, or null where they could not be collected.</summary>
    public async Task<byte[]?> ScrapeAsync(PrometheusFormat format, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            (byte[]? text, long collected) = latest[(int)format];
            if (text is not null && clock.GetElapsedTime(collected) < Freshness)
            {
                return text;
            }

            requested = format;
            exported = null;
            bool complete = Collect?.Invoke(CollectTimeoutMilliseconds) ?? false;
            latest[(int)format] = (complete ? exported : null, clock.GetTimestamp());
            return latest[(int)format].Text;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText(requested);
        text.WriteTarget(ParentProvider.GetResource().Attributes);
        text.WriteAll(batch);
        exported = text.ToUtf8();
        return ExportResult.Success;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gate.Dispose();
        }

        base.Dispose(disposing);
    }
}
