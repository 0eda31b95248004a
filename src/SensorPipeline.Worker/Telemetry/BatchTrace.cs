using System.Diagnostics;
using System.Text;
using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>
/// The span of one batch, from the receipt of its messages until their results are durable. It continues the trace whose <c>traceparent</c> the
/// messages carry as an MQTT 5 user property; where they carry several it begins one of its own that links to the first of them. Without anybody
/// who listens nothing is looked at.
/// </summary>
internal static class BatchTrace
{
    private const int MostLinks = 32;

    /// <summary>Begins the span of what one read held; null where nobody listens.</summary>
    public static Activity? Begin(in MqttMessages received)
    {
        if (!ServiceTelemetry.Activities.HasListeners())
        {
            return null;
        }

        var origins = new List<ActivityContext>();
        foreach (MqttMessage message in received)
        {
            if (origins.Count < MostLinks && message.TryGetUserProperty("traceparent"u8, out ReadOnlySpan<byte> parent) && TryParse(parent, out ActivityContext origin) && !origins.Contains(origin))
            {
                origins.Add(origin);
            }
        }

        return Begin(origins, received.Count);
    }

    /// <summary>Begins the span of messages that came from these spans.</summary>
    public static Activity? Begin(IReadOnlyList<ActivityContext> origins, int messages)
    {
        // The span outlives this call and ends on another thread: it must not become the parent of whatever this one does next.
        Activity? before = Activity.Current;
        Activity.Current = null;
        Activity? span = ServiceTelemetry.Activities.StartActivity(
            ActivityKind.Consumer,
            origins.Count == 1 ? origins[0] : default,
            [
                new("messaging.system", "mqtt"), new("messaging.operation.name", "process"), new("messaging.operation.type", "process"),
                new("messaging.batch.message_count", messages),
            ],
            origins.Count > 1 ? origins.Select(origin => new ActivityLink(origin)) : [],
            name: "process");
        Activity.Current = before;
        return span;
    }

    /// <summary>Reads a W3C trace context; anything else is nobody's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> traceparent, out ActivityContext context)
    {
        context = default;
        return traceparent.Length == 55 && Ascii.IsValid(traceparent) && ActivityContext.TryParse(Encoding.ASCII.GetString(traceparent), null, isRemote: true, out context);
    }
}
