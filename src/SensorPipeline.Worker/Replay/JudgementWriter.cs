using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Writes one row a reading, and one a frame of a group, as
/// <c>timestamp,sensor,value,mean,stddev,tail_probability,score,is_outlier,calibrated</c>, with <c>blame</c> behind where groups are judged.
/// Numbers are the shortest that read back the same, so the same judgements give the same bytes. Writing allocates nothing per row.
/// </summary>
public sealed class JudgementWriter : IDisposable
{
    private const string Header = "timestamp,sensor,value,mean,stddev,tail_probability,score,is_outlier,calibrated";

    private readonly RowBuffer row;
    private readonly SensorNames names;
    private readonly OutputFormat format;
    private readonly bool withBlame;
    private readonly Dictionary<string, byte[]> encodedJudged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> encodedFused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> encodedBlamed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Group, string Member), byte[]> encodedVirtual = [];
    private byte[][] encodedBySensor = [];
    private Ranking[] rankings = [];

    /// <summary>Writes to a stream, which is disposed of with the writer. <paramref name="withBlame"/> adds the column for groups.</summary>
    public JudgementWriter(Stream stream, OutputFormat format, SensorNames names, bool withBlame = false)
    {
        row = new RowBuffer(stream);
        this.format = format;
        this.names = names;
        this.withBlame = withBlame;
        if (format == OutputFormat.Csv)
        {
            row.Append(Encoding.UTF8.GetBytes(withBlame ? Header + ",blame\n" : Header + "\n"));
        }
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The format that a file name asks for: JSON lines for <c>.jsonl</c>, else CSV.</summary>
    public static OutputFormat FormatOf(string path) =>
        path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? OutputFormat.JsonLines : OutputFormat.Csv;

    /// <summary>Writes the row of a reading; <paramref name="timestamp"/> is its timestamp as it was given.</summary>
    public void Write(ReadOnlySpan<byte> timestamp, in Judgement judgement)
    {
        ReadOnlySpan<byte> name = EncodedName(judgement.Sensor);
        var fields = new RowFields
        {
            Value = judgement.Value,
            Mean = judgement.Mean,
            StandardDeviation = judgement.StandardDeviation,
            TailProbability = judgement.TailProbability,
            Score = rankings[judgement.Sensor].Observe(judgement),
            IsOutlier = judgement.IsOutlier,
            Calibrated = judgement.Calibrated,
        };
        Write(timestamp, name, fields, []);
    }

    /// <summary>Writes the row of a frame of a group that is judged together, as sensor <c>group:NAME</c>; NaN for what is unknown.</summary>
    public void WriteGroup(ReadOnlySpan<byte> timestamp, string group, double tailProbability, double score, bool isOutlier, bool calibrated, string? blame)
    {
        RowFields fields = RowFields.Unknown with { TailProbability = tailProbability, Score = score, IsOutlier = isOutlier, Calibrated = calibrated };
        Write(timestamp, EncodedName(encodedJudged, "group:", group), fields, blame is null ? [] : EncodedName(encodedBlamed, "", blame));
    }

    /// <summary>Writes the row of what a member of a group would read by the others, as sensor <c>virtual:NAME/MEMBER</c>, with what it did read, if it did.</summary>
    public void WritePrediction(ReadOnlySpan<byte> timestamp, string group, string member, in MemberPrediction prediction)
    {
        RowFields fields = RowFields.Unknown with
        {
            Value = prediction.Value,
            Mean = prediction.Mean,
            StandardDeviation = prediction.StandardDeviation,
            TailProbability = prediction.TailProbability,
        };
        if (!encodedVirtual.TryGetValue((group, member), out byte[]? encoded))
        {
            encodedVirtual.Add((group, member), encoded = Encode($"virtual:{group}/{member}"));
        }

        Write(timestamp, encoded, fields, []);
    }

    /// <summary>Writes the row of a frame of a fused group, as sensor <c>fused:NAME</c>: an outlier where its members contradict each other.</summary>
    public void WriteFused(ReadOnlySpan<byte> timestamp, string group, in FusedEstimate estimate)
    {
        RowFields fields = RowFields.Unknown with
        {
            Mean = estimate.Mean,
            StandardDeviation = Math.Sqrt(estimate.Variance),
            IsOutlier = estimate.Status == FusionStatus.Inconsistent,
            Calibrated = estimate.Status != FusionStatus.Unavailable,
        };
        Write(timestamp, EncodedName(encodedFused, "fused:", group), fields, []);
    }

    /// <summary>Hands every row to the stream.</summary>
    public void Flush() => row.Flush();

    /// <inheritdoc/>
    public void Dispose() => row.Dispose();

    private void Write(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> sensor, in RowFields fields, ReadOnlySpan<byte> blame)
    {
        if (format == OutputFormat.Csv)
        {
            row.WriteCsv(timestamp, sensor, fields, blame, withBlame);
        }
        else
        {
            row.WriteJson(timestamp, sensor, fields, blame);
        }

        Rows++;
    }

    private byte[] EncodedName(int sensor)
    {
        if (sensor >= encodedBySensor.Length)
        {
            int known = encodedBySensor.Length;
            Array.Resize(ref encodedBySensor, Math.Max(names.Count, sensor + 1));
            Array.Resize(ref rankings, encodedBySensor.Length);
            for (int i = known; i < encodedBySensor.Length; i++)
            {
                encodedBySensor[i] = Encode(names[i]);
            }
        }

        return encodedBySensor[sensor];
    }

    private byte[] EncodedName(Dictionary<string, byte[]> known, string prefix, string name)
    {
        if (!known.TryGetValue(name, out byte[]? encoded))
        {
            encoded = Encode(prefix + name);
            known.Add(name, encoded);
        }

        return encoded;
    }

    private byte[] Encode(string name)
    {
        if (format == OutputFormat.JsonLines)
        {
            return JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
        }

        bool isPlain = name.AsSpan().IndexOfAny("\",\r\n") < 0;
        return Encoding.UTF8.GetBytes(isPlain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }
}
