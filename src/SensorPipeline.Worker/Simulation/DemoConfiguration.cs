using SensorPipeline.Formats.Sources;
using SensorPipeline.Storage;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.Simulation;

/// <summary>The service's options for the demo: what its devices send, short memories and a generous budget, so that half a minute shows everything.</summary>
internal static class DemoConfiguration
{
    /// <summary>False alarms a sensor and day: at twenty readings a second one reading in 3,500.</summary>
    private const double FalseAlarmsPerSensorPerDay = 1000;

    private static readonly string[] BoilerChannels = ["flow", "return", "power"];

    /// <summary>The options for a broker and an HTTP port.</summary>
    public static ServiceOptions For(string host, int port, int httpPort) => new()
    {
        Instance = "demo",
        Broker = new BrokerOptions { Host = host, Port = port },
        Sources =
        [
            new SourceOptions
            {
                Topic = "demo/{room}/{place}",
                Format = "json",
                Sensor = "{room}/{place}",
                Time = "/ts",
                Channels = [new ChannelOptions { Name = "temperature", Path = "/temperature" }],
            },
            new SourceOptions
            {
                Topic = "demo/boiler",
                Format = "json",
                Sensor = "boiler",
                Time = "/ts",
                Channels = [.. BoilerChannels.Select(channel => new ChannelOptions { Name = channel, Path = "/" + channel })],
            },
        ],
        Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = FalseAlarmsPerSensorPerDay, Memory = 200 },
        Fusion = [new FusionGroupOptions { Name = "{room}/temperature", Members = ["{room}/+/temperature"], Lateness = TimeSpan.FromSeconds(0.2) }],
        Mixtures = [new MixtureGroupOptions { Name = "boiler", Members = ["boiler/+"], Lateness = TimeSpan.FromSeconds(0.2), Refit = TimeSpan.FromSeconds(5) }],
        Publish = new PublishOptions { Interval = TimeSpan.FromSeconds(0.5) },
        Storage = new StorageOptions { Durability = Durability.None },
        Telemetry = new TelemetryOptions { LogLevel = LogLevel.Warning, SensorMetrics = 100 },
        Http = new HttpOptions { Port = httpPort },
    };
}
