using System.Globalization;
using SensorPipeline.Formats.Json;
using SensorPipeline.Formats.Times;
using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Sources;

/// <summary>Compiles one source; what is wrong with it goes to the faults, each under its own key.</summary>
internal sealed class SourceCompiler(SourceFaults faults, string key, int origin)
{
    internal static readonly Dictionary<string, RetainedPolicy> RetainedPolicies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["seed"] = RetainedPolicy.Seed,
        ["accept"] = RetainedPolicy.Accept,
        ["ignore"] = RetainedPolicy.Ignore,
    };

    internal static readonly Dictionary<string, RepeatPolicy> RepeatPolicies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["keep"] = RepeatPolicy.Keep,
        ["drop-unchanged"] = RepeatPolicy.DropUnchanged,
        ["drop-same-timestamp"] = RepeatPolicy.DropSameTimestamp,
    };

    /// <summary>Compiles a source whose preset has been applied; null where its topic cannot be.</summary>
    public SourcePlan? Compile(SourceOptions options, int index)
    {
        TopicTemplate? template = CompileTopic(options);
        TopicTemplate[] exclude = CompileExclude(options);
        PayloadFormat format = faults.OneOf(options.Format, PayloadFormats.Names, $"{key}:Format", DefaultFormat(options));
        var layout = new JsonLayout();
        int timeColumn = CompileTimeColumn(options, format);
        int timeSlot = format == PayloadFormat.Csv ? -1 : CompileValuePath(options.Time, "Time", format, layout);
        int counterSlot = CompileValuePath(options.Counter, "Counter", format, layout);
        Condition[] conditions =
        [
            .. CompileConditions(options.Require, format, layout, "Require", required: true),
            .. CompileConditions(options.Refuse, format, layout, "Refuse", required: false),
        ];
        var channels = new ChannelCompiler(faults, key, options, template, format, layout);
        ChannelPlan[] plans = channels.Compile();
        layout.Complete();
        faults.Require(options.Qos is null or 0 or 1 or 2, $"{key}:Qos", $"is {options.Qos}; expected 0, 1 or 2");
        RepeatPolicy repeat = faults.OneOf(options.Repeat, RepeatPolicies, $"{key}:Repeat", RepeatPolicy.Keep);
        TimeSpan maxAge = Span(options.MaxAge, TimeSpan.MaxValue, "MaxAge");
        return template is null ? null : new SourcePlan
        {
            Index = index,
            Origin = origin,
            Key = key,
            Template = template,
            Exclude = exclude,
            Format = format,
            Qos = options.Qos ?? 1,
            Channels = plans,
            Layout = layout,
            Rules = [.. channels.Rules],
            TimeSlot = timeSlot,
            CounterSlot = counterSlot,
            TimeColumn = timeColumn,
            TimeColumnName = options.Time ?? "",
            Samples = new SampleClock(
                Span(options.Period, TimeSpan.Zero, "Period"), faults.OneOf(options.TimeOf, SampleClock.Ends, $"{key}:TimeOf", false)),
            Binary = CompileBinary(options.Binary ?? new BinaryOptions(), plans.Length),
            Csv = CompileCsv(options.Csv ?? new CsvOptions()),
            Sparkplug = options.Sparkplug ?? new SparkplugOptions(),
            Times = CompileTimes(options, format),
            Conditions = conditions,
            Retained = faults.OneOf(options.Retained, RetainedPolicies, $"{key}:Retained", RetainedPolicy.Seed),
            Repeat = repeat,
            RepeatWindow = Span(options.RepeatWindow, TimeSpan.FromHours(1), "RepeatWindow"),
            MaxFuture = Span(options.MaxFuture, TimeSpan.FromMinutes(1), "MaxFuture"),
            MaxAge = maxAge,
            IsPlain = repeat == RepeatPolicy.Keep && maxAge == TimeSpan.MaxValue,
        };
    }

    private static PayloadFormat DefaultFormat(SourceOptions options) =>
        options.Path is not null || options.Channels.Any(channel => channel.Path is not null) ? PayloadFormat.Json : PayloadFormat.Number;

    private TopicTemplate? CompileTopic(SourceOptions options)
    {
        if (options.Topic is null)
        {
            faults.Add($"{key}:Topic", "is missing; expected a topic such as 'lab/{bench}/temperature', or a Preset");
            return null;
        }

        if (!TopicTemplate.TryParse(options.Topic, out TopicTemplate? template, out string? fault))
        {
            faults.Add($"{key}:Topic", fault);
        }

        return template;
    }

    private TopicTemplate[] CompileExclude(SourceOptions options)
    {
        var patterns = new List<TopicTemplate>();
        for (int i = 0; i < options.Exclude.Length; i++)
        {
            if (TopicTemplate.TryParsePattern(options.Exclude[i], out TopicTemplate? pattern, out string? fault))
            {
                patterns.Add(pattern);
            }
            else
            {
                faults.Add($"{key}:Exclude[{i}]", fault);
            }
        }

        return [.. patterns];
    }

    private int CompileValuePath(string? path, string name, PayloadFormat format, JsonLayout layout)
    {
        if (path is null)
        {
            return -1;
        }

        if (format != PayloadFormat.Json)
        {
            faults.Add($"{key}:{name}", $"is '{path}'; expected no such path, which is for the format json");
            return -1;
        }

        return CompilePath(path, layout, $"{key}:{name}");
    }

    private List<Condition> CompileConditions(Dictionary<string, string> written, PayloadFormat format, JsonLayout layout, string name, bool required)
    {
        var conditions = new List<Condition>();
        foreach ((string path, string text) in written)
        {
            string at = $"{key}:{name}:{path}";
            int slot = format == PayloadFormat.Json ? CompilePath(path, layout, at) : -1;
            faults.Require(format == PayloadFormat.Json, at, "is a condition on a JSON payload; expected the format json");
            if (slot >= 0)
            {
                conditions.Add(new Condition(slot, text, required));
            }
        }

        return conditions;
    }

    private int CompilePath(string text, JsonLayout layout, string at)
    {
        string? fault = JsonPath.TryParse(text, out JsonPath path);
        fault ??= path.Stars > 0 ? $"is '{text}'; a star is possible in the path of a channel only" : null;
        faults.Add(at, fault);
        return fault is null ? layout.Slot(path) : -1;
    }

    private int CompileTimeColumn(SourceOptions options, PayloadFormat format)
    {
        if (format != PayloadFormat.Csv || options.Time is null)
        {
            return -1;
        }

        if (options.Csv is { Header: true })
        {
            return SourcePlan.NamedColumn;
        }

        bool isColumn = int.TryParse(options.Time, NumberStyles.None, CultureInfo.InvariantCulture, out int column) && column < ChannelCompiler.MaxColumns;
        faults.Require(isColumn, $"{key}:Time", $"is '{options.Time}'; expected a column from 0, or Csv:Header so that columns have names");
        return column;
    }

    private BinaryLayout CompileBinary(BinaryOptions binary, int channels)
    {
        faults.Require(binary.Skip >= 0, $"{key}:Binary:Skip", $"is {binary.Skip}; expected a number of bytes");
        faults.Require(
            binary.Width is null or (> 0 and <= ChannelCompiler.MaxColumns), $"{key}:Binary:Width", $"is {binary.Width}; expected 1 to {ChannelCompiler.MaxColumns}");
        BinaryType type = faults.OneOf(binary.Type, BinaryLayout.Types, $"{key}:Binary:Type", BinaryType.F32);
        return new BinaryLayout(type, faults.OneOf(binary.Endian, BinaryLayout.Endians, $"{key}:Binary:Endian", false), binary.Skip, binary.Width ?? channels);
    }

    private CsvOptions CompileCsv(CsvOptions csv)
    {
        bool single = csv.Separator is null or [not '"' and not '\r' and not '\n' and <= '~'];
        faults.Require(single, $"{key}:Csv:Separator", $"is '{csv.Separator}'; expected one character other than a quote or line break");
        return csv;
    }

    private TimeReader CompileTimes(SourceOptions options, PayloadFormat format)
    {
        TimeUnit otherwise = format == PayloadFormat.Influx ? TimeUnit.Nanoseconds : TimeUnit.Auto;
        TimeUnit unit = faults.OneOf(options.TimeFormat, TimeReader.Names, $"{key}:TimeFormat", otherwise);
        TimeZoneInfo? zone = null;
        if (options.TimeZone is { } name && !TimeReader.TryFindZone(name, out zone))
        {
            faults.Add($"{key}:TimeZone", $"is '{name}'; expected UTC, an offset such as '+02:00', or a name that this machine knows such as 'Europe/Berlin'");
        }

        return new TimeReader(unit, zone);
    }

    private TimeSpan Span(TimeSpan? written, TimeSpan otherwise, string name)
    {
        faults.Require(written is null || written >= TimeSpan.Zero, $"{key}:{name}", $"is {written}; expected a duration of zero or more");
        return written ?? otherwise;
    }
}
