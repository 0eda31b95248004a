using System.Text;
using System.Text.Json;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class JudgementWriterTests
{
    private readonly SensorNames names = new();

    [Fact]
    public void A_row_says_what_was_judged()
    {
        names.Add("a");
        string text = Written(OutputFormat.Csv, writer =>
        {
            writer.Write("2026-01-01 00:00:00"u8, Unjudged(0, 21.5));
            writer.Write("1700000000"u8, Judged(0, 0.1 + 0.2));
        });

        Assert.Equal(
            "timestamp,sensor,value,mean,stddev,tail_probability,score,is_outlier,calibrated\n"
            + "2026-01-01 00:00:00,a,21.5,,,,0,false,false\n"
            + "1700000000,a,0.30000000000000004,-1.25,0.001,2.061153622438558E-09,0.8423445215857122,true,true\n",
            text);
    }

    [Fact]
    public void Rows_of_groups_stand_beside_those_of_sensors()
    {
        names.Add("a");
        FusedEstimate estimate = Estimate(FusionStatus.Consistent);
        string text = Written(
            OutputFormat.Csv,
            writer =>
            {
                writer.Write("1"u8, Judged(0, 2));
                writer.WriteGroup("1"u8, "plant", 0.25, 0.5, true, true, "with,comma");
                writer.WriteGroup("2"u8, "plant", double.NaN, 0, false, false, null);
                writer.WritePrediction("2"u8, "plant", "a/b", new MemberPrediction { Sensor = 0, Mean = 20.5, StandardDeviation = 0.25, Value = 21, TailProbability = 0.125 });
                writer.WritePrediction("3"u8, "plant", "a/b", new MemberPrediction { Sensor = 0, Mean = 20.5, StandardDeviation = 0.5, Value = double.NaN, TailProbability = double.NaN });
                writer.WriteFused("1"u8, "room", estimate);
                writer.WriteFused("2"u8, "room", Estimate(FusionStatus.Unavailable) with { Mean = double.NaN, Variance = double.NaN });
            },
            withBlame: true);

        Assert.Equal(
            "timestamp,sensor,value,mean,stddev,tail_probability,score,is_outlier,calibrated,blame\n"
            + "1,a,2,-1.25,0.001,2.061153622438558E-09,0.8423445215857122,true,true,\n"
            + "1,group:plant,,,,0.25,0.5,true,true,\"with,comma\"\n"
            + "2,group:plant,,,,,0,false,false,\n"
            + "2,virtual:plant/a/b,21,20.5,0.25,0.125,0,false,false,\n"
            + "3,virtual:plant/a/b,,20.5,0.5,,0,false,false,\n"
            + "1,fused:room,,20.5,0.5,,0,false,true,\n"
            + "2,fused:room,,,,,0,false,false,\n",
            text);
    }

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("größe/°C", "größe/°C")]
    public void A_name_is_quoted_where_csv_asks_for_it(string name, string cell)
    {
        names.Add(name);
        string text = Written(OutputFormat.Csv, writer => writer.Write("1"u8, Unjudged(0, 1)));

        Assert.EndsWith($"\n1,{cell},1,,,,0,false,false\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_leave_out_what_is_unknown()
    {
        names.Add("a\"\n<b>");
        string text = Written(OutputFormat.JsonLines, writer =>
        {
            writer.Write("1"u8, Unjudged(0, 2));
            writer.Write("2"u8, Judged(0, 3));
            writer.WriteGroup("2"u8, "g", 0.5, 0.25, false, true, "m");
        });

        Assert.Equal(
            """
            {"timestamp":"1","sensor":"a\"\n<b>","value":2,"score":0,"is_outlier":false,"calibrated":false}
            {"timestamp":"2","sensor":"a\"\n<b>","value":3,"mean":-1.25,"stddev":0.001,"tail_probability":2.061153622438558E-09,"score":0.8423445215857122,"is_outlier":true,"calibrated":true}
            {"timestamp":"2","sensor":"group:g","tail_probability":0.5,"score":0.25,"is_outlier":false,"calibrated":true,"blame":"m"}

            """.ReplaceLineEndings("\n"),
            text);
        Assert.All(text.TrimEnd().Split('\n'), line => JsonDocument.Parse(line).Dispose());
    }

    [Theory]
    [InlineData("out.csv", OutputFormat.Csv)]
    [InlineData("out.jsonl", OutputFormat.JsonLines)]
    [InlineData("out.JSONL", OutputFormat.JsonLines)]
    [InlineData("-", OutputFormat.Csv)]
    public void The_file_name_chooses_the_format(string path, OutputFormat format) => Assert.Equal(format, JudgementWriter.FormatOf(path));

    [Fact]
    public void Numbers_read_back_to_the_last_bit()
    {
        names.Add("a");
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite)];
        string text = Written(OutputFormat.Csv, writer => Array.ForEach(values, value => writer.Write("1"u8, Unjudged(0, value))));

        Recording recording = Recording.Read(text.Replace("sensor,value,mean", "sensor,value,x", StringComparison.Ordinal));

        Assert.Equal(values, recording.Readings.Select(reading => double.Parse(reading.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Writing_allocates_nothing_per_row()
    {
        names.Add("a");
        FusedEstimate estimate = Estimate(FusionStatus.Consistent);
        using var writer = new JudgementWriter(Stream.Null, OutputFormat.Csv, names);

        Assert.Equal(0, Allocation.OfEveryRun(WriteRows));

        void WriteRows()
        {
            for (int i = 0; i < 20_000; i++)
            {
                writer.Write("2026-01-01T00:00:00Z"u8, Judged(0, i * 0.01));
                writer.WriteFused("2026-01-01T00:00:00Z"u8, "room", estimate);
                writer.WriteGroup("2026-01-01T00:00:00Z"u8, "plant", 0.5, 0.5, false, true, "a");
            }
        }
    }

    private static Judgement Unjudged(int sensor, double value) => new()
    {
        Sequence = 0, Sensor = sensor, Time = EventTime.FromUnixMilliseconds(0), Value = value, Mean = double.NaN, StandardDeviation = double.NaN,
        LogTailProbability = double.NaN, Verdict = Verdict.WarmingUp, Calibrated = false, IsDeclared = false, IsOutlier = false,
    };

    private static Judgement Judged(int sensor, double value) => Unjudged(sensor, value) with
    {
        Mean = -1.25, StandardDeviation = 0.001, LogTailProbability = -20, Verdict = Verdict.Outlier, Calibrated = true, IsDeclared = true, IsOutlier = true,
    };

    private static FusedEstimate Estimate(FusionStatus status) => new()
    {
        Sequence = 0, Group = 0, Time = EventTime.FromUnixMilliseconds(0), Mean = 20.5, Variance = 0.25, Members = 3, Gated = 0, ChiSquare = 1, Status = status,
    };

    private string Written(OutputFormat format, Action<JudgementWriter> write, bool withBlame = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new JudgementWriter(stream, format, names, withBlame))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
