using System.Buffers;
using System.Text.Json;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// Server-sent events for one page: a frame at most once an interval, none when nothing changed. Nothing is queued for a slow viewer: it gets the
/// latest picture when it has taken the one before, so it slows nobody.
/// </summary>
internal sealed class EventStream(IDashboardSource source, FleetCamera camera, DashboardOptions options, TimeProvider clock, CancellationToken stopping)
{
    private int viewers;

    public async Task ServeAsync(HttpContext context)
    {
        if (ViewRequest.From(context.Request.Query) is not { } view)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (Interlocked.Increment(ref viewers) > options.MaxViewers)
        {
            Interlocked.Decrement(ref viewers);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await SendAsync(new FrameComposer(source, view), context.Response, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The viewer left, or the service stops.
        }
        finally
        {
            Interlocked.Decrement(ref viewers);
        }
    }

    private async Task SendAsync(FrameComposer composer, HttpResponse response, CancellationToken ending)
    {
        var previous = new ArrayBufferWriter<byte>();
        var current = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(current);
        using var timer = new PeriodicTimer(options.Interval, clock);
        DateTimeOffset spokenAt = clock.GetUtcNow();
        do
        {
            await source.LookAsync(ending);
            current.ResetWrittenCount();
            writer.Reset(current);
            JsonSerializer.Serialize(writer, composer.Compose(camera.Picture()), DashboardJson.Default.FramePayload);
            bool isNews = !current.WrittenSpan.SequenceEqual(previous.WrittenSpan);
            DateTimeOffset now = clock.GetUtcNow();
            if (isNews || now - spokenAt >= options.Heartbeat)
            {
                Write(response.BodyWriter, isNews ? "data: "u8 : ": still here"u8, isNews ? current.WrittenSpan : []);
                await response.BodyWriter.FlushAsync(ending);
                (previous, current) = (current, previous);
                spokenAt = now;
            }
        }
        while (await timer.WaitForNextTickAsync(ending));
    }

    private static void Write(IBufferWriter<byte> body, ReadOnlySpan<byte> field, ReadOnlySpan<byte> payload)
    {
        body.Write(field);
        body.Write(payload);
        body.Write("\n\n"u8);
    }
}
