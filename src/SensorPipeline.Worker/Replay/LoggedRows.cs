using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Replay;

/// <summary>The rows of logged inputs, with their event times in RFC 3339, UTC.</summary>
internal sealed class LoggedRows : ResultRows, IDisposable
{
    private const byte DecimalsOfMilliseconds = 3;
    private const byte DecimalsOfTicks = 7;

    private readonly Stream output;
    private readonly OutputFormat format;
    private readonly SensorNames names;
    private SensorGraph? graph;
    private JudgementWriter? rows;

    /// <summary>Rows to a stream, and mixtures to theirs where they are wanted.</summary>
    public LoggedRows(Stream output, OutputFormat format, MixtureWriter? mixtures)
        : this(output, format, mixtures, new SensorNames())
    {
    }

    private LoggedRows(Stream output, OutputFormat format, MixtureWriter? mixtures, SensorNames names)
        : base(mixtures, names)
    {
        this.output = output;
        this.format = format;
        this.names = names;
    }

    /// <inheritdoc/>
    protected override JudgementWriter Rows => rows ??= new JudgementWriter(output, format, names, withBlame: graph?.Options.Joint.Count > 0);

    /// <inheritdoc/>
    protected override IReadOnlyList<Group> Groups => graph!.Groups.Groups;

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
    protected override ReadOnlySpan<byte> TimeOf(in Judgement judgement) => Text(judgement.Time);

    /// <inheritdoc/>
    protected override int Format(EventTime time, Span<byte> text)
    {
        var style = new TimestampStyle
        {
            Kind = TimestampStyle.Form.Calendar,
            Separator = (byte)'T',
            Zone = TimestampStyle.ZoneForm.Letter,
            ZoneLetter = (byte)'Z',
            Decimals = time.Ticks % TimeSpan.TicksPerMillisecond == 0 ? DecimalsOfMilliseconds : DecimalsOfTicks,
        };
        return style.Format(time.Ticks, text);
    }
}
