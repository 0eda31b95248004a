using System.Text.Json;
using System.Text.RegularExpressions;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Tests.Deployment;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public class ConfigurationSchemaTests
{
    private const string File = "config/sensor-pipeline.schema.json";
    private static readonly JsonDocumentOptions Leniency = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static TheoryData<string> Examples => ConfigurationExamplesTests.Files;

    [Fact]
    public void The_shipped_schema_is_that_of_the_options() =>
        Assert.True(ConfigurationSchema.Write() == Repository.Read(File).TrimEnd(), $"{File} is out of date: sensor-pipeline check --schema > {File}");

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_shipped_file_names_the_schema_and_obeys_it(string file)
    {
        JsonElement example = JsonDocument.Parse(Repository.Read($"config/{file}"), Leniency).RootElement;

        Assert.Equal("./sensor-pipeline.schema.json", example.GetProperty("$schema").GetString());
        Assert.Empty(FaultsOf(example));
    }

    [Theory]
    [InlineData("""{ "SensorPipeline": { "Brokr": {} } }""", "Brokr")]
    [InlineData("""{ "SensorPipeline": { "Broker": { "Port": 0 } } }""", "Port")]
    [InlineData("""{ "SensorPipeline": { "Broker": { "Port": "x" } } }""", "Port")]
    [InlineData("""{ "SensorPipeline": { "Sources": [ { "Preset": "zigbee" } ] } }""", "Preset")]
    [InlineData("""{ "SensorPipeline": { "Sources": [ { "Topic": "t", "Format": "jsn" } ] } }""", "Format")]
    [InlineData("""{ "SensorPipeline": { "Sources": [ { "Topic": "t", "Repeat": "drop" } ] } }""", "Repeat")]
    [InlineData("""{ "SensorPipeline": { "Sources": [ { "Topic": "t", "Binary": { "Type": "f16" } } ] } }""", "Type")]
    [InlineData("""{ "SensorPipeline": { "Publish": { "Interval": "5" } } }""", "Interval")]
    [InlineData("""{ "SensorPipeline": { "Storage": { "Durability": "Sometimes" } } }""", "Durability")]
    [InlineData("""{ "SensorPipeline": { "Fusion": [ { "Name": "x", "Members": [] } ] } }""", "Members")]
    public void An_editor_sees_the_mistakes_that_the_service_refuses(string text, string key) =>
        Assert.Contains(FaultsOf(JsonDocument.Parse(text).RootElement), fault => fault.Contains(key, StringComparison.Ordinal));

    [Fact]
    public void Every_option_is_described()
    {
        JsonElement definitions = JsonDocument.Parse(ConfigurationSchema.Write()).RootElement.GetProperty("definitions");

        Assert.All(definitions.EnumerateObject().SelectMany(definition => definition.Value.GetProperty("properties").EnumerateObject()), option =>
            Assert.True(option.Value.TryGetProperty("description", out JsonElement text) && text.GetString()!.Length > 10, option.Name));
    }

    private static List<string> FaultsOf(JsonElement value)
    {
        var faults = new List<string>();
        JsonElement schema = JsonDocument.Parse(ConfigurationSchema.Write()).RootElement;
        Check(value, schema, schema, "", faults);
        return faults;
    }

    // As much of the standard as the schema uses.
    private static void Check(JsonElement value, JsonElement schema, JsonElement root, string path, List<string> faults)
    {
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            bool holds = rule.Name switch
            {
                "type" => IsOfType(value, rule.Value.GetString()!),
                "enum" => rule.Value.EnumerateArray().Any(allowed => allowed.GetString() == value.ToString()),
                "pattern" => Regex.IsMatch(value.ToString(), rule.Value.GetString()!),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.Value.GetDouble(),
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.Value.GetInt32(),
                _ => true,
            };
            if (!holds)
            {
                faults.Add($"{path}: {rule.Name} {rule.Value}");
            }

            Descend(value, rule, schema, root, path, faults);
        }
    }

    private static void Descend(JsonElement value, JsonProperty rule, JsonElement schema, JsonElement root, string path, List<string> faults)
    {
        switch (rule.Name)
        {
            case "$ref":
                Check(value, root.GetProperty("definitions").GetProperty(rule.Value.GetString()!.Split('/')[^1]), root, path, faults);
                break;
            case "allOf":
                Check(value, rule.Value[0], root, path, faults);
                break;
            case "items" when value.ValueKind == JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Check(item, rule.Value, root, $"{path}[]", faults);
                }

                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                CheckMembers(value, rule.Value, schema, root, path, faults);
                break;
        }
    }

    private static void CheckMembers(JsonElement value, JsonElement others, JsonElement schema, JsonElement root, string path, List<string> faults)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(member.Name, out JsonElement known))
            {
                Check(member.Value, known, root, $"{path}:{member.Name}", faults);
            }
            else if (others.ValueKind == JsonValueKind.False)
            {
                faults.Add($"{path}:{member.Name}: unknown");
            }
            else
            {
                Check(member.Value, others, root, $"{path}:{member.Name}", faults);
            }
        }
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.String,
    };
}
