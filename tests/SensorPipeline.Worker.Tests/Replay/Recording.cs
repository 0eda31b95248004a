using System.Globalization;
using System.Text;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

/// <summary>A recording in memory, and what a <see cref="ReadingSource"/> makes of it.</summary>
internal sealed class Recording
{
    public List<string> Readings { get; } = [];

    public List<string> Timestamps { get; } = [];

    public List<string> Introduced { get; } = [];

    public IReadOnlyList<BadRow> BadRows { get; private set; } = [];

    public long BadRowCount { get; private set; }

    public static ReadingInput Input(string text, string name = "a.csv") => Input(Encoding.UTF8.GetBytes(text), name);

    public static ReadingInput Input(byte[] bytes, string name = "a.csv", int chunk = int.MaxValue) =>
        new(name, () => new ChunkedStream(bytes, chunk), bytes.Length);

    public static Recording Read(string text, ReadingSourceOptions? options = null) => Read([Input(text)], options);

    public static Recording Read(IReadOnlyList<ReadingInput> inputs, ReadingSourceOptions? options = null)
    {
        var names = new SensorNames();
        var recording = new Recording();
        var batch = new InputBatch();
        using var source = new ReadingSource(inputs, names, options);
        while (source.Read(batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                recording.Take(batch, batch.Inputs[i], names, Encoding.UTF8.GetString(source.TimestampOf(i)));
            }
        }

        recording.BadRows = source.BadRows;
        recording.BadRowCount = source.BadRowCount;
        return recording;
    }

    private void Take(InputBatch batch, in Input input, SensorNames names, string timestamp)
    {
        if (input.Kind == InputKind.SensorAdded)
        {
            Assert.Equal(Introduced.Count, input.Sensor);
            Introduced.Add(batch.TextOf(input));
            return;
        }

        Assert.Equal(InputKind.Reading, input.Kind);
        Assert.Equal(names[input.Sensor], Introduced[input.Sensor]);
        Assert.Equal(input.Time, input.Arrival);
        Readings.Add(string.Create(CultureInfo.InvariantCulture, $"{input.Time.Ticks} {names[input.Sensor]} {input.Value:R}"));
        Timestamps.Add(timestamp);
    }

    /// <summary>Gives at most so many bytes at a time, as a pipe does.</summary>
    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));
    }
}
