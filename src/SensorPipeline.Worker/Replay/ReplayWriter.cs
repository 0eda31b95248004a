using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>The rows of a recording, with times as the recording writes them.</summary>
internal sealed class ReplayWriter(ReadingSource source, JudgementWriter rows, MixtureWriter? mixtures, IReadOnlyList<Group> groups, SensorNames names) : ResultRows(mixtures, names)
{
    /// <summary>Sequence number of the first input of the batch the results belong to.</summary>
    public long FirstSequence { get; set; }

    /// <inheritdoc/>
    protected override JudgementWriter Rows => rows;

    /// <inheritdoc/>
    protected override IReadOnlyList<Group> Groups => groups;

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> TimeOf(in Judgement judgement) => source.TimestampOf((int)(judgement.Sequence - FirstSequence));

    /// <inheritdoc/>
    protected override int Format(EventTime time, Span<byte> text) => source.FormatTime(time, text);
}
