using System.Globalization;
using System.Text;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class ReadingSourceTests
{
    private static readonly long Epoch = DateTime.UnixEpoch.Ticks;

    [Fact]
    public void A_long_recording_gives_its_readings_in_order()
    {
        Recording recording = Recording.Read("timestamp,sensor,value\n1,a,1.5\n1,b,-2\n2,a,3e2\n");

        Assert.Equal([$"{At(1)} a 1.5", $"{At(1)} b -2", $"{At(2)} a 300"], recording.Readings);
        Assert.Equal(["a", "b"], recording.Introduced);
        Assert.Equal(["1", "1", "2"], recording.Timestamps);
    }

    [Fact]
    public void Columns_may_stand_in_any_order_beside_others()
    {
        Recording recording = Recording.Read("label,Value,TIMESTAMP,unit,Sensor\n0,21.5,2026-01-01 00:00:00,C,kitchen/dht22\n");

        Assert.Equal([$"{new DateTime(2026, 1, 1).Ticks} kitchen/dht22 21.5"], recording.Readings);
        Assert.Equal(["2026-01-01 00:00:00"], recording.Timestamps);
    }

    [Fact]
    public void A_wide_recording_gives_its_rows_column_by_column_and_an_empty_cell_nothing()
    {
        Recording recording = Recording.Read("timestamp,a,b,c\n1,1,,3\n2,,,\n3,4,5, \n");

        Assert.Equal([$"{At(1)} a 1", $"{At(1)} c 3", $"{At(3)} a 4", $"{At(3)} b 5"], recording.Readings);
        Assert.Equal(["a", "c", "b"], recording.Introduced);
        Assert.Equal(0, recording.BadRowCount);
    }

    [Fact]
    public void A_column_named_value_alone_is_a_sensor() =>
        Assert.Equal([$"{At(1)} value 2"], Recording.Read("timestamp,value\n1,2\n").Readings);

    [Fact]
    public void Several_inputs_follow_each_other_and_share_sensors()
    {
        Recording recording = Recording.Read([Recording.Input("timestamp,sensor,value\n1,a,1\n"), Recording.Input("timestamp,b,a\n2,3,4\n")]);

        Assert.Equal([$"{At(1)} a 1", $"{At(2)} b 3", $"{At(2)} a 4"], recording.Readings);
        Assert.Equal(["a", "b"], recording.Introduced);
    }

    [Fact]
    public void Bad_rows_are_skipped_and_told_by_line()
    {
        Recording recording = Recording.Read(
            "timestamp,sensor,value\n1,a,1\nyesterday,a,1\n2,a,nan\n3,,1\n4,a\n5,a,1,2\n6,a,\n7,\"a,1\n8,b,2\n");

        Assert.Equal([$"{At(1)} a 1", $"{At(8)} b 2"], recording.Readings);
        Assert.Equal(
            [
                "a.csv:3: 'yesterday' is no timestamp (RFC 3339, yyyy-MM-dd HH:mm:ss, Unix seconds or milliseconds)",
                "a.csv:4: 'nan' is no finite number", "a.csv:5: the sensor has no name", "a.csv:6: 2 fields where the header has 3",
                "a.csv:7: 4 fields where the header has 3", "a.csv:8: '' is no finite number", "a.csv:9: a quote opens and never closes",
            ],
            recording.BadRows.Select(row => row.ToString()));
    }

    [Fact]
    public void A_bad_cell_costs_its_wide_row_as_a_whole()
    {
        Recording recording = Recording.Read("timestamp,a,b\n1,1,x\u001b[31m\n2,3,4\n");

        Assert.Equal([$"{At(2)} a 3", $"{At(2)} b 4"], recording.Readings);
        Assert.Equal("a.csv:2: 'x\uFFFD[31m' in column 'b' is no finite number", Assert.Single(recording.BadRows).ToString());
    }

    [Fact]
    public void Bad_rows_beyond_the_kept_ones_are_counted()
    {
        string text = "timestamp,sensor,value\n" + string.Concat(Enumerable.Repeat("x,a,1\n", 1000));

        Recording recording = Recording.Read(text, new ReadingSourceOptions { KeptBadRows = 3 });

        Assert.Equal((1000L, 3), (recording.BadRowCount, recording.BadRows.Count));
    }

    [Fact]
    public void A_bad_row_is_fatal_where_none_is_tolerated()
    {
        var fault = Assert.Throws<BadInputException>(() =>
            Recording.Read("timestamp,sensor,value\n1,a,1\n2,a,?\n", new ReadingSourceOptions { Strict = true }));

        Assert.Equal("a.csv:3: '?' is no finite number", fault.Message);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("time,value\n1,2\n", "no column 'timestamp'")]
    [InlineData("1,a,2\n", "no column 'timestamp'")]
    [InlineData("timestamp\n1\n", "no sensor beside 'timestamp'")]
    [InlineData("timestamp,a,\n", "column 3 is empty")]
    [InlineData("timestamp,a,b,a\n", "two columns are named 'a'")]
    [InlineData("timestamp,\"a\n", "a quote opens")]
    public void An_unusable_header_ends_the_replay(string text, string reason)
    {
        var fault = Assert.Throws<BadInputException>(() => Recording.Read(text));

        Assert.StartsWith("a.csv:1: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold()
    {
        var options = new ReadingSourceOptions { MaxSensors = 2, MaxNameBytes = 3 };

        Recording recording = Recording.Read("timestamp,sensor,value\n1,a,1\n1,abcd,1\n1,b,1\n1,c,1\n1,a,2\n", options);

        Assert.Equal([$"{At(1)} a 1", $"{At(1)} b 1", $"{At(1)} a 2"], recording.Readings);
        Assert.Equal(["the sensor's name is too long", "more sensors than allowed"], recording.BadRows.Select(row => row.Reason));
    }

    [Fact]
    public void A_name_that_is_no_utf8_is_a_bad_row()
    {
        byte[] bytes = [.. "timestamp,sensor,value\n1,"u8, 0xFF, .. ",1\n1,ä,2\n"u8];

        Recording recording = Recording.Read([Recording.Input(bytes)]);

        Assert.Equal([$"{At(1)} ä 2"], recording.Readings);
        Assert.Equal("the sensor's name is not UTF-8", Assert.Single(recording.BadRows).Reason);
    }

    [Fact]
    public void Where_batches_are_cut_does_not_show()
    {
        string text = RandomRecording(new Random(3), 3000);
        Recording whole = Recording.Read(text);
        foreach (int size in new[] { 1, 7, 500 })
        {
            Recording cut = Recording.Read([Recording.Input(Encoding.UTF8.GetBytes(text), chunk: 1 + (size * 3))], new ReadingSourceOptions { BatchInputs = size });

            Assert.Equal(whole.Readings, cut.Readings);
            Assert.Equal(whole.Timestamps, cut.Timestamps);
            Assert.Equal(whole.BadRows, cut.BadRows);
        }
    }

    [Fact]
    public void Random_recordings_give_what_was_written()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var expected = new List<string>();
            string text = RandomRecording(random, 60, expected);

            Assert.Equal(expected, Recording.Read([Recording.Input(Encoding.UTF8.GetBytes(text), chunk: 1 + random.Next(50))]).Readings);
        }
    }

    [Fact]
    public void Random_damage_never_throws_and_every_row_is_a_reading_or_counted()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = Encoding.UTF8.GetBytes(RandomRecording(random, 40));
            int header = Array.IndexOf(bytes, (byte)'\n') + 1;
            for (int i = 0; i < 20; i++)
            {
                bytes[random.Next(header, bytes.Length)] = (byte)random.Next(256);
            }

            Recording recording = Recording.Read([Recording.Input(bytes)]);

            Assert.Equal(CountRecords(bytes) - 1, recording.Readings.Count + recording.BadRowCount);
        }
    }

    [Fact]
    public void Reading_allocates_nothing_per_row()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("timestamp,sensor,value\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i =>
            FormattableString.Invariant($"2026-01-01T00:{i / 60 % 60:00}:{i % 60:00}Z,sensor/{i % 50},{i * 0.01:F2}\n"))));
        using var source = new ReadingSource([Recording.Input(bytes)], new SensorNames());
        var batch = new InputBatch();
        Assert.True(source.Read(batch) && source.Read(batch) && source.Read(batch));

        long before = GC.GetAllocatedBytesForCurrentThread();
        while (source.Read(batch))
        {
        }

        Assert.Equal(200_000, source.Readings);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static long At(long seconds) => Epoch + (seconds * TimeSpan.TicksPerSecond);

    private static long CountRecords(byte[] bytes)
    {
        using var reader = new CsvReader(new MemoryStream(bytes), 1 << 20);
        long records = 0;
        while (reader.Read())
        {
            records++;
        }

        return records;
    }

    private static string RandomRecording(Random random, int rows, List<string>? expected = null)
    {
        string[] names = ["a", "kitchen/dht22", "with,comma", "with \"quotes\"", "two\nlines", "größe", "=1+1"];
        string end = random.Next(2) == 0 ? "\n" : "\r\n";
        var text = new StringBuilder(random.Next(2) == 0 ? "\uFEFF" : "").Append("timestamp,sensor,value").Append(end);
        for (int i = 0; i < rows; i++)
        {
            long seconds = 1_600_000_000 + random.Next(1_000_000);
            DateTime time = DateTime.UnixEpoch.AddSeconds(seconds);
            string stamp = random.Next(3) switch
            {
                0 => seconds.ToString(CultureInfo.InvariantCulture),
                1 => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                _ => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            };
            string name = names[random.Next(names.Length)];
            double value = random.Next(2) == 0 ? Math.Round((random.NextDouble() * 100) - 50, 2) : random.NextDouble() * Math.Pow(10, random.Next(-20, 20));
            expected?.Add(string.Create(CultureInfo.InvariantCulture, $"{time.Ticks} {name} {value:R}"));
            text.Append(Cell(stamp, random)).Append(',').Append(Cell(name, random)).Append(',');
            text.Append(Cell(value.ToString("R", CultureInfo.InvariantCulture), random)).Append(end);
        }

        return text.ToString();
    }

    private static string Cell(string text, Random random) =>
        random.Next(4) == 0 || text.AsSpan().IndexOfAny("\",\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
