namespace SensorPipeline.Formats.Sources;

/// <summary>What device families send, as sources that need no more than their name.</summary>
public static class Presets
{
    private static readonly Dictionary<string, SourceOptions[]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["zigbee2mqtt"] = DeviceFamilies.Zigbee2Mqtt,
        ["tasmota"] = DeviceFamilies.Tasmota,
        ["shelly"] = DeviceFamilies.Shelly,
        ["shelly-gen2"] = DeviceFamilies.ShellyGen2,
        ["shelly-gen2-status"] = DeviceFamilies.ShellyGen2Status,
        ["esphome"] = DeviceFamilies.EspHome,
        ["homie"] = DeviceFamilies.Homie,
        ["the-things-stack"] = DeviceFamilies.TheThingsStack,
        ["sparkplug"] = DeviceFamilies.Sparkplug,
        ["owntracks"] = DeviceFamilies.OwnTracks,
    };

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The long form of a preset; empty for an unknown one.</summary>
    public static IReadOnlyList<SourceOptions> Of(string name) => Known.GetValueOrDefault(name, []);

    /// <summary>A source with its preset applied; several where the preset has several.</summary>
    internal static IEnumerable<SourceOptions> Expand(SourceOptions source, SourceFaults faults, string key)
    {
        if (source.Preset is null)
        {
            return [source];
        }

        if (!Known.TryGetValue(source.Preset, out SourceOptions[]? preset))
        {
            faults.Add($"{key}:Preset", $"is '{source.Preset}'; expected one of {string.Join(", ", Names)}");
            return [];
        }

        faults.Require(
            source.Topic is null || preset.Length == 1, $"{key}:Topic", $"cannot be changed: the preset '{source.Preset}' reads {preset.Length} topics");
        return preset.Select(basis => Combine(basis, source));
    }

    private static SourceOptions Combine(SourceOptions preset, SourceOptions written) => preset with
    {
        Topic = written.Topic ?? preset.Topic,
        Format = written.Format ?? preset.Format,
        Qos = written.Qos ?? preset.Qos,
        Sensor = written.Sensor ?? preset.Sensor,
        Path = written.Path ?? (written.Channels.Length > 0 ? null : preset.Path),
        Channels = written.Channels.Length > 0 ? written.Channels : written.Path is not null ? [] : preset.Channels,
        Time = written.Time ?? preset.Time,
        TimeFormat = written.TimeFormat ?? preset.TimeFormat,
        TimeZone = written.TimeZone ?? preset.TimeZone,
        Period = written.Period ?? preset.Period,
        TimeOf = written.TimeOf ?? preset.TimeOf,
        Binary = written.Binary ?? preset.Binary,
        Csv = written.Csv ?? preset.Csv,
        Sparkplug = written.Sparkplug ?? preset.Sparkplug,
        MaxFuture = written.MaxFuture ?? preset.MaxFuture,
        MaxAge = written.MaxAge ?? preset.MaxAge,
        Retained = written.Retained ?? preset.Retained,
        Counter = written.Counter ?? preset.Counter,
        Repeat = written.Repeat ?? preset.Repeat,
        RepeatWindow = written.RepeatWindow ?? preset.RepeatWindow,
        Exclude = [.. preset.Exclude, .. written.Exclude],
        Require = written.Require.Count > 0 ? written.Require : preset.Require,
        Refuse = written.Refuse.Count > 0 ? written.Refuse : preset.Refuse,
    };
}
