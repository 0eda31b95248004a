using System.Text.Json;
using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Writes a group's mixture as JSON lines <c>{"n","group","weights","means","covariances","labels"}</c>: at each refit, after every 500
/// frames, and at the end. <c>n</c> counts the frames assigned so far.
/// </summary>
internal sealed class MixtureWriter : IDisposable
{
    private const int FramesPerLine = 500;

    private readonly Stream stream;
    private readonly Utf8JsonWriter json;
    private readonly Dictionary<int, Progress> groups = [];

    public MixtureWriter(Stream stream)
    {
        this.stream = stream;
        json = new Utf8JsonWriter(stream);
    }

    /// <summary>A mixture took effect.</summary>
    public void Write(string group, MixtureModel model)
    {
        Progress progress = Of(model.Group, group);
        progress.Model = model;
        WriteLine(progress);
    }

    /// <summary>A frame was assigned.</summary>
    public void Count(int group, string name)
    {
        Progress progress = Of(group, name);
        progress.Frames++;
        if (progress.Frames - progress.WrittenAt >= FramesPerLine)
        {
            WriteLine(progress);
        }
    }

    /// <summary>Writes the last line of each group and closes the file.</summary>
    public void Dispose()
    {
        foreach (Progress progress in groups.Values)
        {
            WriteLine(progress);
        }

        json.Dispose();
        stream.Dispose();
    }

    private Progress Of(int group, string name)
    {
        if (!groups.TryGetValue(group, out Progress? progress))
        {
            groups[group] = progress = new Progress(name);
        }

        return progress;
    }

    private void WriteLine(Progress progress)
    {
        if (progress.Model is not { } model)
        {
            return;
        }

        progress.WrittenAt = progress.Frames;
        json.WriteStartObject();
        json.WriteNumber("n", progress.Frames);
        json.WriteString("group", progress.Name);
        WriteNumbers("weights", model.Weights);
        json.WriteStartArray("means");
        Array.ForEach(model.Means, WriteNumbers);
        json.WriteEndArray();
        json.WriteStartArray("covariances");
        foreach (double[][] covariance in model.Covariances)
        {
            json.WriteStartArray();
            Array.ForEach(covariance, WriteNumbers);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("labels");
        Array.ForEach(model.Labels, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        stream.WriteByte((byte)'\n');
    }

    private void WriteNumbers(string name, double[] values)
    {
        json.WritePropertyName(name);
        WriteNumbers(values);
    }

    private void WriteNumbers(double[] values)
    {
        json.WriteStartArray();
        Array.ForEach(values, json.WriteNumberValue);
        json.WriteEndArray();
    }

    private sealed class Progress(string name)
    {
        public string Name => name;

        public MixtureModel? Model { get; set; }

        public long Frames { get; set; }

        public long WrittenAt { get; set; }
    }
}
