using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>Writes what the graph says of a recording: a row a reading in the order of the recording, a row a frame of a fused or a joint group, a line a mixture.</summary>
internal sealed class ReplayWriter(ReadingSource source, JudgementWriter rows, MixtureWriter? mixtures, IReadOnlyList<Group> groups, SensorNames names) : IResultVisitor
{
    private readonly byte[] text = new byte[TimestampStyle.MaxLength];

    /// <summary>Sequence number of the first input of the batch the results belong to.</summary>
    public long FirstSequence { get; set; }

    /// <summary>Readings flagged so far.</summary>
    public long Outliers { get; private set; }

    /// <summary>Events so far.</summary>
    public long Events { get; private set; }

    /// <inheritdoc/>
    public void Visit(in Judgement judgement)
    {
        Outliers += judgement.IsOutlier ? 1 : 0;
        rows.Write(source.TimestampOf((int)(judgement.Sequence - FirstSequence)), judgement);
    }

    /// <inheritdoc/>
    public void Visit(StreamEvent happened) => Events++;

    /// <inheritdoc/>
    public void Visit(in FusedEstimate estimate) =>
        rows.WriteFused(text.AsSpan(0, source.FormatTime(estimate.Time, text)), groups[estimate.Group].Name, estimate);

    /// <inheritdoc/>
    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived)
    {
        ReadOnlySpan<byte> time = text.AsSpan(0, source.FormatTime(joint.Time, text));
        string name = groups[joint.Group].Name;
        rows.WriteGroup(time, name, joint.TailProbability, joint.Score, joint.IsOutlier, joint.Calibrated, joint.Blame >= 0 ? names[joint.Blame] : null);
        bool isWanted = groups[joint.Group].Options is JointOptions { PredictsEveryMember: true };
        foreach (ref readonly MemberPrediction prediction in isWanted ? predictions : [])
        {
            rows.WritePrediction(time, name, names[prediction.Sensor], prediction);
        }
    }

    /// <inheritdoc/>
    public void Visit(MixtureModel model) => mixtures?.Write(groups[model.Group].Name, model);

    /// <inheritdoc/>
    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
    }
}
