using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.HomeAssistant;

/// <summary>
/// What Home Assistant has to know of a sensor: its mean, its noise and whether it reads an outlier, as one device-based discovery message. Sensors
/// that differ in their last level only are one device.
/// </summary>
internal sealed class HomeAssistantMessage(string prefix, string instance)
{
    private const int SecondsOfOutlier = 60;
    private static readonly JsonSerializerOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ResultTopics topics = new(instance);

    /// <summary>The topic under which a sensor is announced, and forgotten by an empty message.</summary>
    public string Topic(string sensor) => $"{prefix}/device/{IdentifierOf(sensor)}/config";

    /// <summary>The announcement of a sensor whose readings have a unit (UCUM), or none.</summary>
    public byte[] Of(string sensor, string? unit)
    {
        string device = sensor.LastIndexOf('/') is > 0 and int slash ? sensor[..slash] : sensor;
        string quantity = sensor[(sensor.LastIndexOf('/') + 1)..];
        string identifier = IdentifierOf(sensor);
        string version = typeof(HomeAssistantMessage).Assembly.GetName().Version!.ToString(3);
        HomeAssistantUnit? known = HomeAssistantUnit.From(unit, sensor);
        var message = new JsonObject
        {
            ["dev"] = new JsonObject
            {
                ["ids"] = new JsonArray(Identifier($"sensorpipeline_{instance}_{device}")),
                ["name"] = $"{device} (SensorPipeline)",
                ["mf"] = "SensorPipeline",
                ["mdl"] = "virtual sensor",
                ["sw"] = version,
            },
            ["o"] = new JsonObject { ["name"] = "SensorPipeline", ["sw"] = version },
            ["avty"] = new JsonArray(new JsonObject { ["t"] = topics.Status }),
            ["qos"] = 1,
            ["stat_t"] = topics.SensorState(sensor),
            ["cmps"] = new JsonObject
            {
                ["mean"] = Component("sensor", $"{identifier}_mean", $"{quantity} mean", "mean", known?.Unit, known?.DeviceClass),
                ["noise"] = Noise($"{identifier}_noise", $"{quantity} noise", known?.Spread),
                ["outlier"] = Outlier($"{identifier}_outlier", $"{quantity} outlier"),
            },
        };
        return Encoding.UTF8.GetBytes(message.ToJsonString(Layout));
    }

    /// <summary>Text as an identifier: letters, digits, <c>_</c> and <c>-</c>; six digits of a hash keep two apart that would look the same.</summary>
    internal static string Identifier(string text)
    {
        string clean = string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_'));
        ulong hash = ContentHash.Of(Encoding.UTF8.GetBytes(text));
        return clean == text ? text : string.Create(CultureInfo.InvariantCulture, $"{clean}_{hash & 0xFFFFFF:x6}");
    }

    private string IdentifierOf(string sensor) => $"{Identifier($"sp_{instance}")}_{Identifier(sensor)}";

    private static JsonObject Noise(string identifier, string name, string? unit)
    {
        JsonObject component = Component("sensor", identifier, name, "standardDeviation", unit, null);
        component["ent_cat"] = "diagnostic";
        component["en"] = false;
        return component;
    }

    private static JsonObject Outlier(string identifier, string name) => new()
    {
        ["p"] = "binary_sensor",
        ["uniq_id"] = identifier,
        ["name"] = name,
        ["dev_cla"] = "problem",
        ["val_tpl"] = "{{ 'ON' if value_json.verdict == 'outlier' else 'OFF' }}",
        ["off_dly"] = SecondsOfOutlier,
    };

    // What is not known is left out of a state; 'None' is how Home Assistant spells unknown.
    private static JsonObject Component(string platform, string identifier, string name, string field, string? unit, string? deviceClass)
    {
        var component = new JsonObject
        {
            ["p"] = platform,
            ["uniq_id"] = identifier,
            ["name"] = name,
            ["stat_cla"] = "measurement",
            ["val_tpl"] = $"{{{{ value_json.{field} | default('None') }}}}",
        };
        if (unit is not null)
        {
            component["unit_of_meas"] = unit;
        }

        if (deviceClass is not null)
        {
            component["dev_cla"] = deviceClass;
        }

        return component;
    }
}
