using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>Writes what a graph says: a row a reading in the order of the inputs, a row a frame of a fused or a joint group, a line a mixture.</summary>
internal abstract class ResultRows(MixtureWriter? mixtures, SensorNames names) : IResultVisitor
{
    private readonly byte[] text = new byte[TimestampStyle.MaxLength];

    /// <summary>Readings judged so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Readings flagged so far.</summary>
    public long Outliers { get; private set; }

    /// <summary>Events so far.</summary>
    public long Events { get; private set; }

    /// <summary>Where rows go.</summary>
    protected abstract JudgementWriter Rows { get; }

    /// <summary>The groups results refer to.</summary>
    protected abstract IReadOnlyList<Group> Groups { get; }

    /// <inheritdoc/>
    public void Visit(in Judgement judgement)
    {
        Readings++;
        Outliers += judgement.IsOutlier ? 1 : 0;
        Rows.Write(TimeOf(judgement), judgement);
    }

    /// <inheritdoc/>
    public void Visit(StreamEvent happened) => Events++;

    /// <inheritdoc/>
    public void Visit(in FusedEstimate estimate) => Rows.WriteFused(Text(estimate.Time), Groups[estimate.Group].Name, estimate);

    /// <inheritdoc/>
    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived)
    {
        ReadOnlySpan<byte> time = Text(joint.Time);
        string name = Groups[joint.Group].Name;
        Rows.WriteGroup(time, name, joint.TailProbability, joint.Score, joint.IsOutlier, joint.Calibrated, joint.Blame >= 0 ? names[joint.Blame] : null);
        bool isWanted = Groups[joint.Group].Options is JointOptions { PredictsEveryMember: true };
        foreach (ref readonly MemberPrediction prediction in isWanted ? predictions : [])
        {
            Rows.WritePrediction(time, name, names[prediction.Sensor], prediction);
        }
    }

    /// <inheritdoc/>
    public void Visit(MixtureModel model) => mixtures?.Write(Groups[model.Group].Name, model);

    /// <inheritdoc/>
    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
    }

    /// <summary>The time of a reading as its row has it.</summary>
    protected abstract ReadOnlySpan<byte> TimeOf(in Judgement judgement);

    /// <summary>Writes a time of the data's as text; returns its length.</summary>
    protected abstract int Format(EventTime time, Span<byte> text);

    /// <summary>A time of the data's as text, until the next.</summary>
    protected ReadOnlySpan<byte> Text(EventTime time) => text.AsSpan(0, Format(time, text));
}
