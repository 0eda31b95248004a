namespace SensorPipeline.Formats.Sources;

/// <summary>The long form of each preset.</summary>
internal static class DeviceFamilies
{
    private static readonly ChannelOptions EveryMember = new() { Name = "{0}", Path = "/*" };

    /// <summary>
    /// One topic a device, whose name may have several levels. Each message repeats all cached attributes, hence drop-unchanged: an old
    /// temperature that comes with every motion event would make the noise look small.
    /// </summary>
    public static SourceOptions[] Zigbee2Mqtt =>
    [
        new()
        {
            Topic = "zigbee2mqtt/{device...}",
            Format = "json",
            Time = "/last_seen",
            Channels = [EveryMember],
            Repeat = "drop-unchanged",
            Exclude = ["+/bridge/#", "#/availability", "#/set/#", "#/get/#"],
        },
    ];

    /// <summary>
    /// Each chip is an object. The time is local and mostly without a zone; it is used where it has one or <c>TimeZone</c> is given.
    /// −127 is what a disconnected DS18B20 reads.
    /// </summary>
    public static SourceOptions[] Tasmota =>
    [
        new()
        {
            Topic = "tele/{device}/SENSOR",
            Format = "json",
            Time = "/Time",
            Channels =
            [
                new() { Name = "{0}/Temperature", Path = "/*/Temperature", Reject = [-127] },
                new() { Name = "{0}/{1}", Path = "/*/*" },
                new() { Name = "{0}/{1}/{2}", Path = "/*/*/*" },
            ],
        },
    ];

    /// <summary>One topic a value. Energy is counted in watt-minutes.</summary>
    public static SourceOptions[] Shelly =>
    [
        ShellyValue("relay/{channel}/power", "W"),
        ShellyValue("relay/{channel}/energy", "W.min", "W.h"),
        ShellyValue("roller/{channel}/power", "W"),
        ShellyValue("roller/{channel}/energy", "W.min", "W.h"),
        ShellyValue("light/{channel}/power", "W"),
        ShellyValue("light/{channel}/energy", "W.min", "W.h"),
        ShellyValue("emeter/{channel}/power", "W"),
        ShellyValue("emeter/{channel}/reactive_power", "var"),
        ShellyValue("emeter/{channel}/voltage", "V"),
        ShellyValue("emeter/{channel}/current", "A"),
        ShellyValue("emeter/{channel}/pf", "1"),
        ShellyValue("emeter/{channel}/total", "W.h"),
        ShellyValue("emeter/{channel}/total_returned", "W.h"),
        ShellyValue("sensor/temperature", "Cel"),
        ShellyValue("sensor/humidity", "%"),
        ShellyValue("sensor/lux", "lx"),
        ShellyValue("sensor/battery", "%"),
        ShellyValue("temperature", "Cel"),
        ShellyValue("voltage", "V"),
    ];

    /// <summary>Notifications of what changed, each component an object. Identifiers and Fahrenheit copies are no readings.</summary>
    public static SourceOptions[] ShellyGen2 =>
    [
        new()
        {
            Topic = "{device}/events/rpc",
            Format = "json",
            Time = "/params/ts",
            Channels =
            [
                Ignored("/params/sys/*"),
                Ignored("/params/sys/*/*"),
                Ignored("/params/*/id"),
                Ignored("/params/*/tF"),
                Ignored("/params/*/temperature/tF"),
                Ignored("/params/*/aenergy/minute_ts"),
                Ignored("/params/*/ret_aenergy/minute_ts"),
                new() { Name = "{0}/{1}", Path = "/params/*/*" },
                new() { Name = "{0}/{1}/{2}", Path = "/params/*/*/*" },
            ],
        },
    ];

    /// <summary>The same values, one topic a component, where the device is told to publish its status so.</summary>
    public static SourceOptions[] ShellyGen2Status =>
    [
        new()
        {
            Topic = "{device}/status/{component}",
            Format = "json",
            Channels =
            [
                Ignored("/id"),
                Ignored("/tF"),
                Ignored("/temperature/tF"),
                Ignored("/aenergy/minute_ts"),
                Ignored("/ret_aenergy/minute_ts"),
                EveryMember,
                new() { Name = "{0}/{1}", Path = "/*/*" },
            ],
            Exclude = ["+/status/sys", "+/status/cloud", "+/status/mqtt", "+/status/ws", "+/status/ble"],
        },
    ];

    /// <summary>One topic a sensor; a failed sensor sends <c>nan</c>.</summary>
    public static SourceOptions[] EspHome => [new() { Topic = "{device}/sensor/{sensor}/state", Format = "number" }];

    /// <summary>Versions 4 and 5: one topic a property; levels that begin with <c>$</c> describe.</summary>
    public static SourceOptions[] Homie => [HomieProperties("homie/{device}/{node}/{property}"), HomieProperties("homie/5/{device}/{node}/{property}")];

    /// <summary>Uplinks with a decoded payload. A retransmission repeats the frame counter; simulated uplinks are left out.</summary>
    public static SourceOptions[] TheThingsStack =>
    [
        new()
        {
            Topic = "v3/{application}/devices/{device}/up",
            Format = "json",
            Sensor = "{device}",
            Time = "/received_at",
            Counter = "/uplink_message/f_cnt",
            Refuse = new() { ["/simulated"] = "true" },
            Channels =
            [
                new() { Name = "{0}", Path = "/uplink_message/decoded_payload/*" },
                new() { Name = "{0}/{1}", Path = "/uplink_message/decoded_payload/*/*" },
            ],
        },
    ];

    /// <summary>Positions; the time is that of the fix.</summary>
    public static SourceOptions[] OwnTracks =>
    [
        new()
        {
            Topic = "owntracks/{user}/{device}",
            Format = "json",
            Time = "/tst",
            TimeFormat = "s",
            Require = new() { ["/_type"] = "location" },
            Channels =
            [
                new() { Name = "latitude", Path = "/lat", Unit = "deg", Range = [-90, 90] },
                new() { Name = "longitude", Path = "/lon", Unit = "deg", Range = [-180, 180] },
                new() { Name = "accuracy", Path = "/acc", Unit = "m" },
                new() { Name = "altitude", Path = "/alt", Unit = "m" },
                new() { Name = "velocity", Path = "/vel", Unit = "km/h" },
                new() { Name = "battery", Path = "/batt", Unit = "%" },
            ],
        },
    ];

    /// <summary>All groups, nodes and devices; a sensor is group/node/device/metric.</summary>
    public static SourceOptions[] Sparkplug => [new() { Topic = "spBv1.0/#", Format = "sparkplug" }];

    private static SourceOptions ShellyValue(string value, string unit, string? convertTo = null) => new()
    {
        Topic = $"shellies/{{device}}/{value}",
        Format = "number",
        Sensor = $"{{device}}/{value}",
        Channels = [new() { Unit = unit, ConvertTo = convertTo }],
    };

    private static SourceOptions HomieProperties(string topic) => new()
    {
        Topic = topic,
        Format = "number",
        Sensor = "{device}/{node}/{property}",
        Channels = [new() { Value = new() { ["true"] = 1, ["false"] = 0 } }],
        Exclude = ["#/${attribute}/#"],
    };

    private static ChannelOptions Ignored(string path) => new() { Path = path, Ignore = true };
}
