using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>
/// The configuration as a JSON schema (draft 7), so that editors complete and check it: made from the option records, their ranges and their docs.
/// Keys are spelt as documented; the service itself does not mind their case.
/// </summary>
public static class ConfigurationSchema
{
    private const string TimeSpanPattern = @"^-?([0-9]+\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?$";
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema, with what the docs say where they lie beside the executable.</summary>
    public static string Write()
    {
        var definitions = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        Define(typeof(ServiceOptions), definitions, OptionDocs.Load(typeof(ServiceOptions).Assembly, typeof(SourceOptions).Assembly));
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "SensorPipeline",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["$schema"] = new JsonObject { ["type"] = "string" },
                [ServiceOptions.Section] = Reference(typeof(ServiceOptions)),
            },
            ["definitions"] = new JsonObject(definitions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
        return root.ToJsonString(Layout).ReplaceLineEndings("\n");
    }

    private static JsonObject Reference(Type record) => new() { ["$ref"] = $"#/definitions/{NameOf(record)}" };

    private static string NameOf(Type record) => record.Name[..^"Options".Length];

    private static void Define(Type record, SortedDictionary<string, JsonObject> definitions, OptionDocs docs)
    {
        if (definitions.ContainsKey(NameOf(record)))
        {
            return;
        }

        var properties = new JsonObject();
        var definition = new JsonObject { ["type"] = "object" };
        definitions.Add(NameOf(record), definition);
        Describe(definition, docs.Of(record));
        definition["additionalProperties"] = false;
        definition["properties"] = properties;
        foreach (PropertyInfo property in OptionProperties.Of(record))
        {
            JsonObject schema = SchemaOf(property.PropertyType, definitions, docs);
            Restrict(schema, property);
            Describe(schema, docs.Of(property));
            properties[property.Name] = schema;
        }
    }

    private static JsonObject SchemaOf(Type type, SortedDictionary<string, JsonObject> definitions, OptionDocs docs)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (OptionProperties.ItemOf(plain) is { } item)
        {
            return new JsonObject { ["type"] = "array", ["items"] = SchemaOf(item, definitions, docs) };
        }

        if (OptionProperties.MappedBy(plain) is { } mapped)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = SchemaOf(mapped, definitions, docs) };
        }

        if (OptionProperties.IsRecord(plain))
        {
            Define(plain, definitions, docs);

            // What stands beside a reference is ignored, so a property's own description needs a level of its own.
            return new JsonObject { ["allOf"] = new JsonArray(Reference(plain)) };
        }

        return Scalar(plain);
    }

    private static JsonObject Scalar(Type type) => type switch
    {
        _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
        _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
        _ when type == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = TimeSpanPattern },
        _ when type.IsEnum => new JsonObject { ["enum"] = Strings(Enum.GetNames(type)) },
        _ => new JsonObject { ["type"] = "string" },
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static void Restrict(JsonObject schema, PropertyInfo property)
    {
        if (SourceWords.Of(property) is { } words)
        {
            schema["enum"] = Strings(words);
        }

        if (property.GetCustomAttribute<MinLengthAttribute>() is { } length)
        {
            schema["minItems"] = length.Length;
        }

        if (property.GetCustomAttribute<RangeAttribute>() is { } range && range.OperandType != typeof(TimeSpan))
        {
            schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            schema["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        }
    }

    private static void Describe(JsonObject schema, string? description)
    {
        if (description is not null)
        {
            schema["description"] = description;
        }
    }
}
