using System.Text;
using System.Text.Json;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Reads a JSON file, comments and trailing commas allowed, and remembers the line of every value.</summary>
internal sealed class ConfigurationFile(string name, string directory, List<ConfigurationFault> faults)
{
    private const int MaximumBytes = 4 * 1024 * 1024;
    private static readonly JsonReaderOptions Leniency = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private byte[] text = [];

    /// <summary>The file's content, or null where it cannot be read or is not JSON; then the fault is in <paramref name="faults"/>.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="name">The path as faults show it.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static ConfigurationSection? Read(string path, string name, List<ConfigurationFault> faults) =>
        new ConfigurationFile(name, Path.GetDirectoryName(path)!, faults).Read(path);

    private ConfigurationSection? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
            {
                faults.Add(new ConfigurationFault("", name, $"longer than {MaximumBytes} bytes"));
                return null;
            }

            text = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigurationFault("", name, $"cannot be read: {failure.Message}"));
            return null;
        }

        return Parse();
    }

    private ConfigurationSection? Parse()
    {
        if (text.AsSpan().StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            var reader = new Utf8JsonReader(text, Leniency);
            reader.Read();
            ConfigurationNode root = ReadNode(ref reader, "");
            reader.Read();
            if (root is ConfigurationSection section)
            {
                return section;
            }

            faults.Add(new ConfigurationFault("", root.Origin, "expected a JSON object, { … }"));
        }
        catch (JsonException failure)
        {
            faults.Add(new ConfigurationFault("", $"{name}:{failure.LineNumber + 1}", $"is not JSON: {Reason(failure)}"));
        }

        return null;
    }

    private ConfigurationNode ReadNode(ref Utf8JsonReader reader, string path)
    {
        string origin = $"{name}:{LineOf(reader.TokenStartIndex)}";
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadSection(ref reader, path, origin);
            case JsonTokenType.StartArray:
                return ReadList(ref reader, path, origin);
            case JsonTokenType.Null:
                return new ConfigurationScalar(null, origin, directory);
            case JsonTokenType.String:
                return new ConfigurationScalar(reader.GetString(), origin, directory);
            default:
                return new ConfigurationScalar(Encoding.UTF8.GetString(reader.ValueSpan), origin, directory);
        }
    }

    private ConfigurationSection ReadSection(ref Utf8JsonReader reader, string path, string origin)
    {
        var section = new ConfigurationSection(origin, directory);
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            string keyPath = path.Length == 0 ? key : $"{path}:{key}";
            string keyOrigin = $"{name}:{LineOf(reader.TokenStartIndex)}";
            reader.Read();
            if (!section.Members.TryAdd(key, ReadNode(ref reader, keyPath)))
            {
                faults.Add(new ConfigurationFault(keyPath, keyOrigin, "is given twice"));
            }
        }

        return section;
    }

    private ConfigurationList ReadList(ref Utf8JsonReader reader, string path, string origin)
    {
        var items = new List<ConfigurationNode>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            items.Add(ReadNode(ref reader, $"{path}:{items.Count}"));
        }

        return new ConfigurationList(items, origin, directory);
    }

    private int LineOf(long position) => text.AsSpan(0, (int)position).Count((byte)'\n') + 1;

    // The reader's message ends with a position that counts from zero; the line is already part of the fault.
    private static string Reason(JsonException failure)
    {
        int position = failure.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (position < 0 ? failure.Message : failure.Message[..position]).TrimEnd('.');
    }
}
