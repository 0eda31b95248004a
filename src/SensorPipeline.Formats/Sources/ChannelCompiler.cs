using System.Globalization;
using System.Text;
using SensorPipeline.Formats.Json;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Sources;

/// <summary>Compiles the channels of one source.</summary>
internal sealed class ChannelCompiler(
    SourceFaults faults, string source, SourceOptions options, TopicTemplate? template, PayloadFormat format, JsonLayout layout)
{
    /// <summary>Most columns of a row or numbers of a sample.</summary>
    public const int MaxColumns = 65_536;

    /// <summary>The channels of paths with stars, by rule.</summary>
    public List<ChannelPlan> Rules { get; } = [];

    /// <summary>Compiles the channels, or the one that a source without channels has.</summary>
    public ChannelPlan[] Compile()
    {
        if (options.Channels.Length == 0 && format.HasRecords())
        {
            return [Compile(new ChannelOptions { Name = "{0}", Path = options.Path }, 0, source)];
        }

        if (options.Channels.Length == 0)
        {
            return [Compile(new ChannelOptions { Path = options.Path }, 0, source)];
        }

        faults.Require(options.Path is null, $"{source}:Path", "stands beside Channels; expected one of the two");
        faults.Require(
            format != PayloadFormat.Number || options.Channels.Length == 1, $"{source}:Channels", "has several channels; a payload of the format number has one");
        var plans = new ChannelPlan[options.Channels.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            plans[i] = Compile(options.Channels[i], i, $"{source}:Channels[{i}]");
        }

        return plans;
    }

    private ChannelPlan Compile(ChannelOptions channel, int index, string key)
    {
        JsonPath? path = CompilePath(channel, key);
        bool stars = path?.Stars > 0;
        double scale = channel.Scale ?? 1;
        double offset = channel.Offset ?? 0;
        faults.Require(double.IsFinite(scale) && scale != 0, $"{key}:Scale", $"is {channel.Scale}; expected a number other than 0");
        faults.Require(double.IsFinite(offset), $"{key}:Offset", $"is {channel.Offset}; expected a number");
        CheckNumbers(channel, key);
        var plan = new ChannelPlan
        {
            Index = index,
            Options = channel,
            Name = CompileName(channel, path, key),
            Path = channel.Path ?? "",
            Slot = path is not null && !stars ? layout.Slot(path) : -1,
            TakesAnything = path?.EndsWithStar == true,
            Records = CompileRecords(channel, key),
            Column = CompileColumn(channel, index, key),
            Line = StraightLine.Through(double.IsFinite(scale) ? scale : 1, double.IsFinite(offset) ? offset : 0, FindConversion(channel, key)),
            Least = channel.Range is [double least, _] ? Math.Max(least, double.MinValue) : double.MinValue,
            Greatest = channel.Range is [_, double greatest] ? Math.Min(greatest, double.MaxValue) : double.MaxValue,
            Sentinels = channel.Reject,
            Values = [.. channel.Value.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), pair.Value))],
        };
        if (stars)
        {
            layout.Rule(path!);
            Rules.Add(plan);
        }

        return plan;
    }

    private JsonPath? CompilePath(ChannelOptions channel, string key)
    {
        if (format != PayloadFormat.Json)
        {
            faults.Require(channel.Path is null || format != PayloadFormat.Number, $"{key}:Path", $"is '{channel.Path}'; a payload of the format number has no paths");
            return null;
        }

        if (channel.Path is null)
        {
            faults.Add($"{key}:Path", "is missing; expected a JSON pointer such as '/temperature'");
            return null;
        }

        string? fault = JsonPath.TryParse(channel.Path, out JsonPath path);
        faults.Add($"{key}:Path", fault);
        return fault is null ? path : null;
    }

    private TopicTemplate? CompileRecords(ChannelOptions channel, string key)
    {
        if (!format.HasRecords() || channel.Path is null)
        {
            return null;
        }

        if (!TopicTemplate.TryParsePattern(channel.Path, out TopicTemplate? records, out string? fault))
        {
            faults.Add($"{key}:Path", fault);
        }

        return records;
    }

    private int CompileColumn(ChannelOptions channel, int index, string key)
    {
        if (!format.HasColumns() || channel.Path is null)
        {
            return index;
        }

        if (format == PayloadFormat.Csv && options.Csv is { Header: true })
        {
            return SourcePlan.NamedColumn;
        }

        int most = format == PayloadFormat.Binary ? options.Binary?.Width ?? Math.Max(1, options.Channels.Length) : MaxColumns;
        bool isColumn = int.TryParse(channel.Path, NumberStyles.None, CultureInfo.InvariantCulture, out int column) && column < most;
        faults.Require(isColumn, $"{key}:Path", $"is '{channel.Path}'; expected a column from 0 to {most - 1}");
        return column;
    }

    private NameTemplate CompileName(ChannelOptions channel, JsonPath? path, string key)
    {
        IReadOnlyList<string> placeholders = template?.Placeholders ?? [];
        int keys = path?.Stars ?? (format.HasRecords() ? 1 : 0);
        if (options.Sensor is null && format == PayloadFormat.Sparkplug)
        {
            // The names of Sparkplug metrics are unique as they are, and one node's topics differ by the kind of message.
            faults.Add($"{key}:Name", NameTemplate.TryParse(channel.Name ?? "{0}", placeholders, keys, out NameTemplate own));
            return own;
        }

        string prefix = options.Sensor ?? DefaultSensor(placeholders);
        string? fault = NameTemplate.TryParse(prefix, placeholders, 0, out NameTemplate name);
        faults.Add($"{source}:Sensor", template is null ? null : fault);
        if (channel.Ignore)
        {
            return name;
        }

        if (channel.Name is null)
        {
            faults.Require(options.Channels.Length <= 1 && keys == 0, $"{key}:Name", NameExpected(keys));
            return name;
        }

        if (fault is null)
        {
            fault = NameTemplate.TryParse($"{prefix}/{channel.Name}", placeholders, keys, out name);
            faults.Add($"{key}:Name", template is null ? null : fault);
            faults.Require(fault is not null || keys == 0 || name.UsesKeys, $"{key}:Name", NameExpected(keys));
        }

        return name;
    }

    private static string NameExpected(int keys) =>
        keys == 0 ? "is missing; expected a name for each of several channels" : "does not tell the values apart; expected '{0}' in it for what the first star of the path matches";

    private string DefaultSensor(IReadOnlyList<string> placeholders) =>
        placeholders.Count > 0 ? string.Join('/', placeholders.Select(placeholder => $"{{{placeholder}}}"))
        : template is { HasUnnamedWildcards: false } ? template.Text.Trim('/')
        : "{topic}";

    private (decimal Factor, decimal Addend, decimal Divisor) FindConversion(ChannelOptions channel, string key)
    {
        if (channel.ConvertTo is not { } to)
        {
            return (1, 0, 1);
        }

        if (channel.Unit is not { } from)
        {
            faults.Add($"{key}:Unit", $"is missing; expected the unit of the payload, to convert it to '{to}'");
            return (1, 0, 1);
        }

        faults.Add($"{key}:ConvertTo", UnitConversion.TryFind(from, to, out (decimal, decimal, decimal) line));
        return line;
    }

    private void CheckNumbers(ChannelOptions channel, string key)
    {
        bool ordered = channel.Range is null || (channel.Range is [double least, double greatest] && least < greatest);
        faults.Require(ordered, $"{key}:Range", $"is [{string.Join(", ", channel.Range ?? [])}]; expected the least and the greatest value, as in [-40, 125]");
        faults.Require(channel.Resolution is null or (> 0 and < double.PositiveInfinity), $"{key}:Resolution", $"is {channel.Resolution}; expected a number above 0");
        foreach ((string text, double number) in channel.Value)
        {
            faults.Require(double.IsFinite(number), $"{key}:Value:{text}", $"is {number}; expected a finite number");
        }
    }
}
