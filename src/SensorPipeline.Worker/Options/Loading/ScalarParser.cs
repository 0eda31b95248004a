using System.Globalization;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Reads single values, the same on every machine whatever its language.</summary>
internal static class ScalarParser
{
    /// <summary>Reads <paramref name="text"/> as a value of <paramref name="type"/>.</summary>
    public static bool TryParse(Type type, string text, out object? value)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        value = plain switch
        {
            _ when plain == typeof(string) => text,
            _ when plain == typeof(bool) => bool.TryParse(text, out bool flag) ? flag : null,
            _ when plain == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null,
            _ when plain == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null,
            _ when plain == typeof(double) => ParseDouble(text),
            _ when plain == typeof(TimeSpan) => ParseSpan(text),
            _ when plain.IsEnum => ParseName(plain, text),
            _ => throw new InvalidOperationException($"{plain} is no type of an option."),
        };
        return value is not null;
    }

    /// <summary>What a value of <paramref name="type"/> looks like, for a fault.</summary>
    public static string Expectation(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain == typeof(TimeSpan) => "a time span such as \"00:00:02\" or \"1.00:00:00\"",
            _ when plain.IsEnum => string.Join(", ", Enum.GetNames(plain)[..^1]) + " or " + Enum.GetNames(plain)[^1],
            _ => "text",
        };
    }

    private static double? ParseDouble(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    // The lenient form takes a bare 5 for five days, and 24:00:00 for twenty-four of them.
    private static TimeSpan? ParseSpan(string text) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan span) && text.Contains(':', StringComparison.Ordinal) ? span : null;

    private static object? ParseName(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
}
