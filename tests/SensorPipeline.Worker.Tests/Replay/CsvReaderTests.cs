using System.Text;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "1[a|b] 2[1|2]")]
    [InlineData("a,b\r\n1,2\r\n", "1[a|b] 2[1|2]")]
    [InlineData("a,b\n1,2", "1[a|b] 2[1|2]")]
    [InlineData("a\n\n\r\nb\n", "1[a] 4[b]")]
    [InlineData(",\n,,\n", "1[|] 2[||]")]
    [InlineData("\uFEFFa,b\n", "1[a|b]")]
    [InlineData("\"a\",\"b,c\"\n", "1[a|b,c]")]
    [InlineData("\"a\"\"b\",\"\"\n", "1[a\"b|]")]
    [InlineData("\"a\nb\",c\nd\n", "1[a\nb|c] 3[d]")]
    [InlineData("\"a\r\nb\",c\r\nd\r\n", "1[a\r\nb|c] 3[d]")]
    [InlineData("a\"b\nc\n", "1!UnclosedQuote 2[c]")]
    [InlineData("a\"b\"\nc\n", "1!StrayQuote 2[c]")]
    [InlineData("\"a\"b,c\nd\n", "1!StrayQuote 2[d]")]
    [InlineData("a,\"b\nc\nd\n", "1!UnclosedQuote 2[c] 3[d]")]
    [InlineData("\"", "1!UnclosedQuote")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    public void Records_fields_and_faults_are_told_apart(string text, string expected)
    {
        foreach (int chunk in new[] { 1, 2, 3, int.MaxValue })
        {
            Assert.Equal(expected, Describe(Encoding.UTF8.GetBytes(text), 1024, chunk));
        }
    }

    [Fact]
    public void A_record_over_the_limit_costs_one_line()
    {
        string text = "a\n" + new string('x', 500) + "\nb\n\"" + new string('y', 500) + "\nc\n";

        Assert.Equal("1[a] 2!TooLong 3[b] 4!TooLong 5[c]", Describe(Encoding.UTF8.GetBytes(text), 64, int.MaxValue));
    }

    [Fact]
    public void Too_many_fields_are_a_fault()
    {
        string text = new string(',', CsvReader.MaxFields - 1) + "\n" + new string(',', CsvReader.MaxFields) + "\nx\n";
        using var reader = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), 1 << 20);

        Assert.True(reader.Read());
        Assert.Equal((CsvFault.None, CsvReader.MaxFields), (reader.Fault, reader.FieldCount));
        Assert.True(reader.Read());
        Assert.Equal(CsvFault.TooManyFields, reader.Fault);
        Assert.True(reader.Read());
        Assert.Equal((CsvFault.None, 1), (reader.Fault, reader.FieldCount));
    }

    [Fact]
    public void Any_bytes_give_what_a_plain_reader_of_the_same_rules_gives()
    {
        var random = new Random(20260101);
        byte[] alphabet = [.. "\"\"\"\"\n\n\n\r,,,,ab1.\\\t"u8, 0, 0xFF];
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = new byte[random.Next(120)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.Equal(NaiveCsv.Describe(bytes), Describe(bytes, 1024, 1 + random.Next(40)));
        }
    }

    [Fact]
    public void Quotes_that_never_close_do_not_make_reading_quadratic()
    {
        // Each line has one quote, so each opens what the next one closes, and the last never closes.
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\"\n", 200_001)));
        using var reader = new CsvReader(new MemoryStream(bytes), 1 << 20);

        long records = 0;
        while (reader.Read())
        {
            Assert.NotEqual(CsvFault.None, reader.Fault);
            records++;
        }

        Assert.Equal(200_001, records);
    }

    private static string Describe(byte[] bytes, int limit, int chunk)
    {
        using var reader = new CsvReader(Recording.Input(bytes, chunk: chunk).Open(), limit);
        var records = new List<string>();
        while (reader.Read())
        {
            var fields = new List<string>();
            for (int i = 0; i < reader.FieldCount; i++)
            {
                fields.Add(Encoding.Latin1.GetString(reader[i]));
            }

            records.Add(reader.Fault == CsvFault.None ? $"{reader.Line}[{string.Join('|', fields)}]" : $"{reader.Line}!{reader.Fault}");
        }

        return string.Join(' ', records);
    }
}
