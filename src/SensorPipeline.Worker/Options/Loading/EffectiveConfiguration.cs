using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Writes options as a configuration file would state them, defaults filled in and secrets masked.</summary>
public static class EffectiveConfiguration
{
    private const string Mask = "***";

    // Names of sensors are shown as they are; the output is no web page.
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The options as JSON; keys without a value are left out.</summary>
    public static string Write(ServiceOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WritePropertyName(ServiceOptions.Section);
            WriteRecord(writer, options);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteRecord(Utf8JsonWriter writer, object record)
    {
        writer.WriteStartObject();
        foreach (PropertyInfo property in OptionProperties.Of(record.GetType()))
        {
            if (property.GetValue(record) is { } value and not ICollection { Count: 0 })
            {
                writer.WritePropertyName(property.Name);
                WriteValue(writer, property.IsDefined(typeof(SecretAttribute)) ? Mask : value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case TimeSpan or Enum:
                writer.WriteStringValue(value.ToString());
                break;
            case IDictionary map:
                WriteMap(writer, map);
                break;
            case IEnumerable list:
                WriteList(writer, list);
                break;
            default:
                WriteRecord(writer, value);
                break;
        }
    }

    private static void WriteMap(Utf8JsonWriter writer, IDictionary map)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            writer.WritePropertyName((string)entry.Key);
            WriteValue(writer, entry.Value!);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, IEnumerable list)
    {
        writer.WriteStartArray();
        foreach (object item in list)
        {
            WriteValue(writer, item);
        }

        writer.WriteEndArray();
    }
}
