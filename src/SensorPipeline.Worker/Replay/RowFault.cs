using System.Globalization;
using System.Text;

namespace SensorPipeline.Worker.Replay;

/// <summary>Why a row is no reading.</summary>
internal enum RowFault : byte
{
    None,
    Malformed,
    FieldCount,
    Timestamp,
    EmptyName,
    LongName,
    InvalidName,
    TooManySensors,
    Value,
}

/// <summary>Says why in words; only for the rows that are shown.</summary>
internal static class RowFaultText
{
    private const int LongestExcerpt = 40;

    public static string Of(RowFault fault, CsvReader record, ReadingColumns columns, int field) => fault switch
    {
        RowFault.Malformed => Of(record.Fault),
        RowFault.FieldCount => string.Create(CultureInfo.InvariantCulture, $"{record.FieldCount} fields where the header has {columns.Count}"),
        RowFault.Timestamp => $"'{Excerpt(record[field])}' is no timestamp (RFC 3339, yyyy-MM-dd HH:mm:ss, Unix seconds or milliseconds)",
        RowFault.EmptyName => "the sensor has no name",
        RowFault.LongName => "the sensor's name is too long",
        RowFault.InvalidName => "the sensor's name is not UTF-8",
        RowFault.TooManySensors => "more sensors than allowed",
        RowFault.Value when columns.IsLong => $"'{Excerpt(record[field])}' is no finite number",
        RowFault.Value => $"'{Excerpt(record[field])}' in column '{Excerpt(columns.Names[field])}' is no finite number",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    public static string Of(CsvFault fault) => fault switch
    {
        CsvFault.UnclosedQuote => "a quote opens and never closes",
        CsvFault.StrayQuote => "a quote stands where none can",
        CsvFault.TooLong => "the row is too long",
        CsvFault.TooManyFields => "the row has too many fields",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    // Input is hostile: nothing of it reaches a terminal but printable text.
    private static string Excerpt(ReadOnlySpan<byte> field)
    {
        string text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, LongestExcerpt)]);
        return string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter)) + (field.Length > LongestExcerpt ? "…" : "");
    }
}
