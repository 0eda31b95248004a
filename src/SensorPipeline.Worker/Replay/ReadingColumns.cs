using System.Text;
using System.Text.Unicode;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// What the columns of a recording mean, as its header says. Long: <c>timestamp</c>, <c>sensor</c> and <c>value</c>, in any order and with
/// others that do not matter. Wide: <c>timestamp</c>, and every other column is a sensor. Case does not matter.
/// </summary>
internal sealed class ReadingColumns
{
    private ReadingColumns(string[] titles, byte[][] names)
    {
        Names = names;
        Timestamp = Array.FindIndex(titles, title => title.Equals("timestamp", StringComparison.OrdinalIgnoreCase));
        Sensor = Array.FindIndex(titles, title => title.Equals("sensor", StringComparison.OrdinalIgnoreCase));
        Value = Array.FindIndex(titles, title => title.Equals("value", StringComparison.OrdinalIgnoreCase));
        SensorOfColumn = new int[titles.Length];
        Array.Fill(SensorOfColumn, -1);
        Cells = new double[titles.Length];
    }

    public int Timestamp { get; }

    public int Sensor { get; }

    public int Value { get; }

    public int Count => Names.Length;

    public bool IsLong => Sensor >= 0 && Value >= 0;

    /// <summary>Wide: the name of each column's sensor.</summary>
    public byte[][] Names { get; }

    /// <summary>Wide: the index of each column's sensor, -1 until it has a reading.</summary>
    public int[] SensorOfColumn { get; }

    /// <summary>Wide: the values of the row at hand, NaN where there is none.</summary>
    public double[] Cells { get; }

    /// <summary>Reads the header; the fault is null when it is usable.</summary>
    public static ReadingColumns? FromHeader(CsvReader record, int maxNameBytes, out string? fault)
    {
        var names = new byte[record.FieldCount][];
        var titles = new string[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = record[i].Trim(" \t"u8).ToArray();
            titles[i] = Encoding.UTF8.GetString(names[i]);
        }

        var columns = new ReadingColumns(titles, names);
        fault = columns.FaultOf(titles, maxNameBytes);
        return fault is null ? columns : null;
    }

    private string? FaultOf(string[] titles, int maxNameBytes)
    {
        if (Timestamp < 0)
        {
            return "the header names no column 'timestamp'; expected 'timestamp,sensor,value', or 'timestamp' and one column a sensor";
        }

        if (Count == 1)
        {
            return "the header names no sensor beside 'timestamp'";
        }

        if (IsLong)
        {
            return null;
        }

        int bad = Array.FindIndex(Names, name => name.Length == 0 || name.Length > maxNameBytes || !Utf8.IsValid(name));
        if (bad >= 0)
        {
            return FormattableString.Invariant($"the name of column {bad + 1} is empty, too long or not UTF-8");
        }

        string? twice = titles.GroupBy(title => title, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? null : $"two columns are named '{twice}'";
    }
}
