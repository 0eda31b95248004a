using System.Text;
using System.Text.RegularExpressions;

namespace SensorPipeline.Worker.Tests.Replay;

/// <summary>The rules of the CSV reader, written with strings and without care for speed.</summary>
internal static partial class NaiveCsv
{
    public static string Describe(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        text = text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? text[3..] : text;
        string[] lines = text.Split('\n');
        var records = new List<string>();
        int line = 0;
        while (line < lines.Length)
        {
            line += Describe(lines.AsSpan(line), line + 1, records);
        }

        return string.Join(' ', records);
    }

    private static int Describe(ReadOnlySpan<string> lines, int number, List<string> records)
    {
        for (int count = 1; count <= lines.Length; count++)
        {
            string record = string.Join('\n', lines[..count].ToArray());
            if (record.Count(letter => letter == '"') % 2 != 0)
            {
                continue;
            }

            record = record.EndsWith('\r') ? record[..^1] : record;
            if (record.Length == 0)
            {
                return count;
            }

            Match match = Record().Match(record);
            if (!match.Success)
            {
                records.Add($"{number}!StrayQuote");
                return 1;
            }

            IEnumerable<string> fields = match.Groups[1].Captures.Concat(match.Groups[2].Captures).Select(capture =>
                capture.Value.StartsWith('"') ? capture.Value[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : capture.Value);
            records.Add($"{number}[{string.Join('|', fields)}]");
            return count;
        }

        records.Add($"{number}!UnclosedQuote");
        return 1;
    }

    [GeneratedRegex("\\A(\"(?:[^\"]|\"\")*\"|[^\",]*)(?:,(\"(?:[^\"]|\"\")*\"|[^\",]*))*\\z", RegexOptions.Singleline)]
    private static partial Regex Record();
}
