using System.Text;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>Translates OpenTelemetry names and units into the names Prometheus knows them by.</summary>
internal static class PrometheusName
{
    /// <summary>The name of a metric without the <c>_total</c> of a counter: <c>dotnet.gc.pause.time</c> in <c>s</c> is <c>dotnet_gc_pause_time_seconds</c>.</summary>
    public static string OfMetric(string name, string unit, bool isHistogram)
    {
        string family = Sanitise(name);
        string suffix = OfUnit(unit);
        if (suffix.Length > 0 && !family.EndsWith(suffix, StringComparison.Ordinal))
        {
            family = $"{family}_{suffix}";
        }

        // What a histogram appends to its own name is reserved, so dotnet.timer.count must be called something else.
        return isHistogram || !family.EndsWith("_count", StringComparison.Ordinal) ? family : family[..^"_count".Length];
    }

    /// <summary>The name of a label.</summary>
    public static string OfLabel(string name) => Sanitise(name).Replace(':', '_');

    private static string OfUnit(string unit)
    {
        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            string rate = OfUnit(unit[(slash + 1)..]);
            return $"{OfUnit(unit[..slash])}_per_{rate.TrimEnd('s')}".Trim('_');
        }

        return unit switch
        {
            "" or "1" => "",
            _ when unit.StartsWith('{') => "",
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "min" => "minutes",
            "h" => "hours",
            "d" => "days",
            "By" => "bytes",
            "KiBy" => "kibibytes",
            "MiBy" => "mebibytes",
            "bit" => "bits",
            "Cel" => "celsius",
            "Hz" => "hertz",
            "V" => "volts",
            "A" => "amperes",
            "W" => "watts",
            "J" => "joules",
            "g" => "grams",
            "m" => "meters",
            "%" => "percent",
            _ => Sanitise(unit),
        };
    }

    private static string Sanitise(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (char character in name)
        {
            bool allowed = char.IsAsciiLetter(character) || character == ':' || (char.IsAsciiDigit(character) && clean.Length > 0);
            if (allowed)
            {
                clean.Append(character);
            }
            else if (clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        return clean.ToString();
    }
}
