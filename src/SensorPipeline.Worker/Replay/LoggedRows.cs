using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>Writes what a graph says of logged inputs: rows as of a recording, with their event times in RFC 3339, UTC.</summary>
internal sealed class LoggedRows(Stream output, OutputFormat format, MixtureWriter? mixtures) : IResultVisitor, IDisposable
{
    private const byte DecimalsOfMilliseconds = 3;
    private const byte DecimalsOfTicks = 7;

    private readonly byte[] text = new byte[TimestampStyle.MaxLength];
    private readonly SensorNames names = new();
    private SensorGraph? graph;
    private JudgementWriter? rows;

    /// <summary>Readings judged.</summary>
    public long Readings { get; private set; }

    /// <summary>Readings flagged.</summary>
    public long Outliers { get; private set; }

    /// <summary>Events told.</summary>
    public long Events { get; private set; }

    private JudgementWriter Rows => rows ??= new JudgementWriter(output, format, names, withBlame: graph?.Options.Joint.Count > 0);

    /// <summary>Writes what a graph said; it may be another one with the same sensors than before.</summary>
    public void Write(SensorGraph from, ResultBatch results)
    {
        graph = from;
        while (names.Count < from.Names.Count)
        {
            names.Add(from.Names[names.Count]);
        }

        LoggedRows visitor = this;
        results.Visit(ref visitor);
    }

    /// <summary>Hands everything to the stream.</summary>
    public void Flush() => Rows.Flush();

    /// <inheritdoc/>
    public void Dispose() => rows?.Dispose();

    /// <inheritdoc/>
    public void Visit(in Judgement judgement)
    {
        Readings++;
        Outliers += judgement.IsOutlier ? 1 : 0;
        Rows.Write(Text(judgement.Time), judgement);
    }

    /// <inheritdoc/>
    public void Visit(StreamEvent happened) => Events++;

    /// <inheritdoc/>
    public void Visit(in FusedEstimate estimate) => Rows.WriteFused(Text(estimate.Time), graph!.Groups.Groups[estimate.Group].Name, estimate);

    /// <inheritdoc/>
    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived) => Rows.WriteGroup(
        Text(joint.Time), graph!.Groups.Groups[joint.Group].Name, joint.TailProbability, joint.Score, joint.IsOutlier, joint.Calibrated, joint.Blame >= 0 ? names[joint.Blame] : null);

    /// <inheritdoc/>
    public void Visit(MixtureModel model) => mixtures?.Write(graph!.Groups.Groups[model.Group].Name, model);

    /// <inheritdoc/>
    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
    }

    private ReadOnlySpan<byte> Text(EventTime time)
    {
        var style = new TimestampStyle
        {
            Kind = TimestampStyle.Form.Calendar,
            Separator = (byte)'T',
            Zone = TimestampStyle.ZoneForm.Letter,
            ZoneLetter = (byte)'Z',
            Decimals = time.Ticks % TimeSpan.TicksPerMillisecond == 0 ? DecimalsOfMilliseconds : DecimalsOfTicks,
        };
        return text.AsSpan(0, style.Format(time.Ticks, text));
    }
}
