using System.Text.RegularExpressions;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Discovery;

/// <summary>Recognises the device families that have a preset, by where their topics stand and what their payloads hold.</summary>
internal static partial class FamilyRecogniser
{
    /// <summary>Claims the topics of every known family and proposes its sources.</summary>
    public static IEnumerable<ProposedSource> Recognise(Claims claims)
    {
        // What services say about themselves is no device.
        claims.Take(topic => topic.Levels[0] is "sensor-pipeline" or "homeassistant");
        return
        [
            .. Rooted(claims, "spBv1.0", "sparkplug", "Sparkplug B", _ => true),
            .. Zigbee2Mqtt(claims),
            .. Tasmota(claims),
            .. Rooted(claims, "shellies", "shelly", "Shelly, first generation", _ => true),
            .. ShellyGen2(claims),
            .. ShellyGen2Status(claims),
            .. Rooted(claims, "homie", "homie", "Homie", topic => topic.Levels.Length >= 4),
            .. TheThingsStack(claims),
            .. OwnTracks(claims),
            .. EspHome(claims),
        ];
    }

    private static IEnumerable<ProposedSource> Rooted(Claims claims, string root, string preset, string what, Func<TopicSample, bool> tells)
    {
        TopicSample[] own = claims.Take(topic => topic.Levels[0] == root);
        if (own.Any(tells))
        {
            yield return new ProposedSource(what, new SourceOptions { Preset = preset }) { IsCertain = preset == "sparkplug" };
        }
    }

    // Its base topic can be configured; its bridge always tells.
    private static IEnumerable<ProposedSource> Zigbee2Mqtt(Claims claims)
    {
        string[] bases =
        [
            .. claims.Free.Where(topic => topic.Levels is [_, "bridge", "state" or "info" or "devices" or "logging" or "definitions" or "extensions", ..])
                .Select(topic => topic.Levels[0]).Append("zigbee2mqtt").Distinct(),
        ];
        foreach (string root in bases)
        {
            TopicSample[] own = claims.Take(topic => topic.Levels[0] == root);
            if (own.Any(topic => topic.Levels is not [_, "bridge", ..] && topic.Objects.Any()))
            {
                yield return new ProposedSource("Zigbee2MQTT", WithTopic("zigbee2mqtt", root == "zigbee2mqtt" ? null : $"{root}/{{device...}}"));
            }
            else if (own.Any(topic => topic.Levels is not [_, "bridge", ..]))
            {
                yield return new ProposedSource(
                    "Zigbee2MQTT with one topic an attribute",
                    new SourceOptions { Topic = $"{root}/{{device...}}", Format = "number", Exclude = [$"{root}/bridge/#", "#/availability", "#/set/#", "#/get/#"] });
            }
        }
    }

    // FullTopic can be configured: "tele" may stand anywhere before the last level, and devices may stand in groups.
    private static IEnumerable<ProposedSource> Tasmota(Claims claims)
    {
        TopicSample[] telemetry = claims.Take(topic =>
            topic.Levels[^1] == "SENSOR" && topic.Levels.Contains("tele") && topic.Objects.Any(payload => payload.TryGetProperty("Time", out _)));
        string[] templates =
        [
            .. telemetry.Where(topic => topic.CanBeSpelled).Select(topic => Templates.OfLevels(topic.Levels, level => level is "tele" or "SENSOR", "device")).Distinct(),
        ];
        if (telemetry.Length > 0)
        {
            claims.Take(topic => topic.Levels.Intersect(["tele", "stat", "cmnd"]).Any() || topic.Levels[0] == "tasmota");
        }

        return templates.Select(template => new ProposedSource("Tasmota", WithTopic("tasmota", template == "tele/{device}/SENSOR" ? null : template)));
    }

    private static IEnumerable<ProposedSource> ShellyGen2(Claims claims)
    {
        TopicSample[] notifications = claims.Take(topic =>
            topic.Levels is [_, .., "events", "rpc"] && topic.Objects.Any(payload => payload.TryGetProperty("method", out _)));
        string[] prefixes = [.. notifications.Select(topic => topic.Topic[..^"events/rpc".Length])];
        claims.Take(topic => prefixes.Any(prefix => topic.Topic.StartsWith(prefix, StringComparison.Ordinal)));
        return OfPrefixes("Shelly, second generation and later", "shelly-gen2", notifications, levelsBehind: 2);
    }

    private static IEnumerable<ProposedSource> ShellyGen2Status(Claims claims) => OfPrefixes(
        "Shelly, second generation and later, by status topics",
        "shelly-gen2-status",
        claims.Take(topic => topic.Levels is [_, .., "status", var component] && ShellyComponent().IsMatch(component) && topic.Objects.Any()),
        levelsBehind: 2);

    private static IEnumerable<ProposedSource> TheThingsStack(Claims claims)
    {
        TopicSample[] uplinks = claims.Take(topic => topic.Levels is ["v3", _, "devices", _, "up"] && topic.Objects.Any());
        if (uplinks.Length > 0)
        {
            claims.Take(topic => topic.Levels[0] == "v3");
            yield return new ProposedSource("The Things Stack", new SourceOptions { Preset = "the-things-stack" });
        }
    }

    private static IEnumerable<ProposedSource> OwnTracks(Claims claims)
    {
        TopicSample[] positions = claims.Take(topic => topic.Levels is ["owntracks", _, _] && topic.Objects.Any(payload => payload.TryGetProperty("_type", out _)));
        if (positions.Length > 0)
        {
            claims.Take(topic => topic.Levels[0] == "owntracks");
            yield return new ProposedSource("OwnTracks", new SourceOptions { Preset = "owntracks" });
        }
    }

    private static IEnumerable<ProposedSource> EspHome(Claims claims)
    {
        TopicSample[] states = claims.Take(topic => topic.Levels is [_, .., "sensor", _, "state"] && topic.Documents.Count == 0);
        string[] prefixes = [.. states.Select(topic => string.Concat(topic.Levels[..^3].Select(level => $"{level}/")))];
        claims.Take(topic => topic.Levels[^1] is "state" or "status" or "debug" or "command" && prefixes.Any(prefix => topic.Topic.StartsWith(prefix, StringComparison.Ordinal)));
        return OfPrefixes("ESPHome", "esphome", states, levelsBehind: 3);
    }

    // Below a prefix that people choose, of any number of levels.
    private static IEnumerable<ProposedSource> OfPrefixes(string what, string preset, IEnumerable<TopicSample> topics, int levelsBehind)
    {
        string usual = Presets.Of(preset)[0].Topic!;
        string behind = usual["{device}".Length..];
        return topics.Where(topic => topic.CanBeSpelled)
            .GroupBy(topic => topic.Levels.Length - levelsBehind)
            .OrderBy(group => group.Key)
            .Select(group => new ProposedSource(
                what, group.Key == 1 ? new SourceOptions { Preset = preset } : WithTopic(preset, Templates.OfPrefix([.. group.Select(topic => topic.Levels[..group.Key])]) + behind)));
    }

    private static SourceOptions WithTopic(string preset, string? topic) => new() { Preset = preset, Topic = topic };

    [GeneratedRegex("^[a-z0-9_]+:[0-9]+$")]
    private static partial Regex ShellyComponent();
}
