namespace SensorPipeline.Formats.Sources;

/// <summary>
/// Which topics to read and what their payloads mean. Everything may be left out except <see cref="Topic"/> or <see cref="Preset"/>;
/// what stands beside a preset replaces the preset's own.
/// </summary>
public sealed record SourceOptions
{
    /// <summary>A device family's sources under one name: <c>zigbee2mqtt</c>, <c>tasmota</c> and the others of <see cref="Presets"/>.</summary>
    public string? Preset { get; init; }

    /// <summary>Topic template such as <c>lab/{bench}/env</c>; see <see cref="Topics.TopicTemplate"/>.</summary>
    public string? Topic { get; init; }

    /// <summary>
    /// Payload format: <c>number json senml senml-cbor influx sparkplug binary csv</c>. Default: <c>json</c> where a path or channels with
    /// paths are given, else <c>number</c>.
    /// </summary>
    public string? Format { get; init; }

    /// <summary>MQTT quality of service to subscribe with: 0, 1 or 2. Default 1; 2 costs two more packets a message.</summary>
    public int? Qos { get; init; }

    /// <summary>Name of the sensor, with placeholders. Default: the topic's placeholders joined by <c>/</c>, or the whole topic.</summary>
    public string? Sensor { get; init; }

    /// <summary>The one value to read, instead of <see cref="Channels"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The values to read from each payload.</summary>
    public ChannelOptions[] Channels { get; init; } = [];

    /// <summary>Path of the reading's time. Default: none, so the time of arrival.</summary>
    public string? Time { get; init; }

    /// <summary>How a time is written: <c>auto</c> (default), <c>rfc3339</c>, <c>s</c>, <c>ms</c>, <c>us</c> or <c>ns</c> since 1970.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>Zone of times written without one: an IANA name, <c>UTC</c>, or an offset such as <c>+02:00</c>. Default: such times are not used.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How far apart the samples of one message are, where a message holds an array of them.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>Which sample of a message its time is that of: <c>last</c> (default) or <c>first</c>.</summary>
    public string? TimeOf { get; init; }

    /// <summary>How far ahead of the arrival a time may lie before the arrival takes its place. Default one minute.</summary>
    public TimeSpan? MaxFuture { get; init; }

    /// <summary>Readings older than this on arrival are rejected. Default: none, so a backlog keeps its times.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// What the broker's stored last values are: <c>seed</c> (default) shows them and keeps them out of the statistics, <c>accept</c>
    /// takes them as readings, <c>ignore</c> drops them.
    /// </summary>
    public string? Retained { get; init; }

    /// <summary>
    /// What a value equal to the last is: <c>keep</c> (default) a reading; <c>drop-unchanged</c> no reading within <see cref="RepeatWindow"/>
    /// of the last one taken; <c>drop-same-timestamp</c> no reading when its time is that of the last one taken.
    /// </summary>
    public string? Repeat { get; init; }

    /// <summary>How long <c>drop-unchanged</c> drops: an unchanged value after that is a reading again, so a stuck sensor shows. Default 1 h.</summary>
    public TimeSpan? RepeatWindow { get; init; }

    /// <summary>
    /// Path of a number that grows with each message of a device; a message with the number of the one before is a repeat. One that is
    /// missing counts as 0.
    /// </summary>
    public string? Counter { get; init; }

    /// <summary>Topics to leave out; <c>#</c> may stand at any place and matches any number of levels.</summary>
    public string[] Exclude { get; init; } = [];

    /// <summary>Layout of the format <c>binary</c>.</summary>
    public BinaryOptions? Binary { get; init; }

    /// <summary>Layout of the format <c>csv</c>.</summary>
    public CsvOptions? Csv { get; init; }

    /// <summary>What the format <c>sparkplug</c> may do.</summary>
    public SparkplugOptions? Sparkplug { get; init; }

    /// <summary>Payloads are read only where each of these paths holds this text, number, <c>true</c> or <c>false</c>.</summary>
    public Dictionary<string, string> Require { get; init; } = [];

    /// <summary>Payloads are not read where one of these paths holds this text, number, <c>true</c> or <c>false</c>.</summary>
    public Dictionary<string, string> Refuse { get; init; } = [];
}
