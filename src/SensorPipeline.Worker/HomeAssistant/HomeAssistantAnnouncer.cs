using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.HomeAssistant;

/// <summary>
/// Announces sensors to Home Assistant: those of the allow-list, so many at most, each once a connection and again when Home Assistant has started.
/// Announcements are not retained, so that a sensor that is gone leaves no ghost in the broker. Runs on the loop's thread.
/// </summary>
internal sealed partial class HomeAssistantAnnouncer
{
    private readonly IMqttTransport transport;
    private readonly Func<int, ChannelOptions?> channelOf;
    private readonly ILogger<HomeAssistantAnnouncer> logger;
    private readonly HomeAssistantMessage message;
    private readonly SensorPattern[] allowed;
    private readonly int limit;
    private readonly HashSet<int> settled = [];
    private int announced;
    private bool warned;

    /// <summary>An announcer for an instance.</summary>
    /// <param name="instance">The name of the instance.</param>
    /// <param name="options">What to announce, how much, and where.</param>
    /// <param name="transport">Where to.</param>
    /// <param name="channelOf">What was written about a sensor's channel; null for one that has not reported yet and is announced when it does.</param>
    /// <param name="logger">Told once of the limit.</param>
    public HomeAssistantAnnouncer(string instance, PublishOptions options, IMqttTransport transport, Func<int, ChannelOptions?> channelOf, ILogger<HomeAssistantAnnouncer> logger)
    {
        this.transport = transport;
        this.channelOf = channelOf;
        this.logger = logger;
        message = new HomeAssistantMessage(options.HomeAssistantPrefix, instance);
        allowed = [.. options.HomeAssistantSensors.Select(text => SensorPattern.TryParse(text, out SensorPattern? pattern, out _) ? pattern : null).OfType<SensorPattern>()];
        limit = options.HomeAssistantLimit;
    }

    /// <summary>Begins anew: Home Assistant or the broker may have forgotten.</summary>
    public void Forget()
    {
        settled.Clear();
        announced = 0;
    }

    /// <summary>Announces a sensor that has not been; false where it cannot be sent now.</summary>
    public bool TryAnnounce(int sensor, string name)
    {
        if (settled.Contains(sensor) || channelOf(sensor) is not { } channel)
        {
            return true;
        }

        if (MayAnnounce(name))
        {
            if (!transport.TryPublish(message.Topic(name), message.Of(name, channel.ConvertTo ?? channel.Unit), qos: 1, retain: false))
            {
                return false;
            }

            announced++;
        }

        settled.Add(sensor);
        return true;
    }

    private bool MayAnnounce(string name)
    {
        if (!Array.Exists(allowed, pattern => pattern.TryMatch(name, [])))
        {
            return false;
        }

        if (announced >= limit && !warned)
        {
            LogLimit(limit, name);
            warned = true;
        }

        return announced < limit;
    }

    [LoggerMessage(30, LogLevel.Warning, "{Limit} sensors are announced to Home Assistant and no more; {Sensor} is not: narrow Publish:HomeAssistantSensors or raise Publish:HomeAssistantLimit")]
    private partial void LogLimit(int limit, string sensor);
}
