using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Turns what was written into option records and lists every fault on the way: unknown keys, wrong types, values out of range.</summary>
internal sealed class OptionsBinder(string workingDirectory, List<ConfigurationFault> faults)
{
    /// <summary>Binds a section to a record; what is absent or at fault keeps its default.</summary>
    public object BindRecord(Type type, ConfigurationNode? node, string path)
    {
        object record = Activator.CreateInstance(type)!;
        ConfigurationSection? section = node as ConfigurationSection;
        if (node is not null and not ConfigurationSection && !IsNull(node))
        {
            faults.Add(new ConfigurationFault(path, node.Origin, "expected a section, { … }"));
            return record;
        }

        PropertyInfo[] properties = OptionProperties.Of(type);
        RefuseUnknownKeys(section, properties, path);
        foreach (PropertyInfo property in properties)
        {
            ConfigurationNode? member = null;
            section?.Members.TryGetValue(property.Name, out member);
            BindProperty(record, property, member, node, $"{path}:{property.Name}");
        }

        return record;
    }

    private void BindProperty(object record, PropertyInfo property, ConfigurationNode? node, ConfigurationNode? parent, string path)
    {
        int before = faults.Count;
        if (OptionProperties.IsRecord(property.PropertyType))
        {
            property.SetValue(record, BindRecord(property.PropertyType, node, path));
        }
        else if (node is not null && !IsNull(node) && BindValue(property.PropertyType, node, path) is { } value)
        {
            property.SetValue(record, value);
        }

        if (faults.Count == before)
        {
            ResolvePath(record, property, node, path);
            CheckRange(property.GetValue(record), property, (node ?? parent)?.Origin ?? "", path);
        }
    }

    private void RefuseUnknownKeys(ConfigurationSection? section, PropertyInfo[] properties, string path)
    {
        foreach ((string key, ConfigurationNode node) in section?.Members ?? [])
        {
            if (!properties.Any(property => property.Name.Equals(key, StringComparison.OrdinalIgnoreCase)))
            {
                faults.Add(new ConfigurationFault($"{path}:{key}", node.Origin, UnknownKey(key, properties.Select(property => property.Name))));
            }
        }
    }

    /// <summary>What to say of a key that means nothing.</summary>
    public static string UnknownKey(string key, IEnumerable<string> known) =>
        NearestName.Of(key, known) is { } nearest
            ? $"unknown key; did you mean {nearest}?"
            : $"unknown key; known here are {string.Join(", ", known)}";

    private object? BindValue(Type type, ConfigurationNode node, string path)
    {
        if (OptionProperties.ItemOf(type) is { } item)
        {
            return BindList(item, node, path);
        }

        if (OptionProperties.MappedBy(type) is { } mapped)
        {
            return BindMap(type, mapped, node, path);
        }

        return OptionProperties.IsRecord(type) ? BindRecord(type, node, path) : BindScalar(type, node, path);
    }

    private Array? BindList(Type item, ConfigurationNode node, string path)
    {
        ConfigurationList? list = node as ConfigurationList ?? (node is ConfigurationSection { IsIndexed: true } indexed ? indexed.AsList() : null);
        if (list is null)
        {
            faults.Add(new ConfigurationFault(path, node.Origin, "expected a list, [ … ]"));
            return null;
        }

        Array values = Array.CreateInstance(item, list.Items.Count);
        for (int index = 0; index < values.Length; index++)
        {
            if (BindValue(item, list.Items[index], $"{path}:{index}") is { } value)
            {
                values.SetValue(value, index);
            }
        }

        return values;
    }

    private IDictionary? BindMap(Type type, Type mapped, ConfigurationNode node, string path)
    {
        ConfigurationSection? section = node as ConfigurationSection ?? (node as ConfigurationList)?.AsSection();
        if (section is null)
        {
            faults.Add(new ConfigurationFault(path, node.Origin, "expected a section of words and values, { \"ON\": 1 }"));
            return null;
        }

        var map = (IDictionary)Activator.CreateInstance(type)!;
        foreach ((string key, ConfigurationNode member) in section.Members)
        {
            if (BindScalar(mapped, member, $"{path}:{key}") is { } value)
            {
                map[key] = value;
            }
        }

        return map;
    }

    private object? BindScalar(Type type, ConfigurationNode node, string path)
    {
        if (node is ConfigurationScalar { Text: { } text } && ScalarParser.TryParse(type, text, out object? value))
        {
            return value;
        }

        string found = node is ConfigurationScalar scalar && !SoundsSecret(path) ? $", found {Quote(scalar.Text)}" : "";
        faults.Add(new ConfigurationFault(path, node.Origin, $"expected {ScalarParser.Expectation(type)}{found}"));
        return null;
    }

    private void ResolvePath(object record, PropertyInfo property, ConfigurationNode? node, string path)
    {
        if (property.GetCustomAttribute<FilePathAttribute>() is not { } rule || property.GetValue(record) is not string { Length: > 0 } written)
        {
            return;
        }

        string resolved = Path.GetFullPath(written, node?.Directory ?? workingDirectory);
        property.SetValue(record, resolved);
        if (rule.MustExist && !File.Exists(resolved))
        {
            faults.Add(new ConfigurationFault(path, node?.Origin ?? "", $"no such file: {resolved}"));
        }
    }

    private void CheckRange(object? value, PropertyInfo property, string origin, string path)
    {
        foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (value is null && rule is not RequiredAttribute)
            {
                continue;
            }

            if (!rule.IsValid(value))
            {
                faults.Add(new ConfigurationFault(path, origin, Expectation(rule, value)));
            }
        }
    }

    private static string Expectation(ValidationAttribute rule, object? value) => rule switch
    {
        RequiredAttribute => "is required",
        MinLengthAttribute length => string.Create(CultureInfo.InvariantCulture, $"expected a list of at least {length.Length}"),
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"expected {range.Minimum} to {range.Maximum}, found {value}"),
        // Without the value: a host name may hold credentials.
        _ => rule.ErrorMessage ?? rule.FormatErrorMessage("the value"),
    };

    private static bool IsNull(ConfigurationNode node) => node is ConfigurationScalar { Text: null };

    private static string Quote(string? text) => text is null ? "null" : $"\"{text}\"";

    // The key may be right and the value a password in the wrong place.
    private static bool SoundsSecret(string path)
    {
        string key = path[(path.LastIndexOf(':') + 1)..];
        return key.Contains("password", StringComparison.OrdinalIgnoreCase) || key.Contains("token", StringComparison.OrdinalIgnoreCase) ||
            key.Contains("secret", StringComparison.OrdinalIgnoreCase) || key.Contains("user", StringComparison.OrdinalIgnoreCase);
    }
}
