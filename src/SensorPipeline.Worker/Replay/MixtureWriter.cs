using System.Text.Json;
using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Writes a group's mixture as JSON lines <c>{"n","group","weights","means","covariances","labels"}</c>: at each refit, every 500 frames, and at the end. <c>n</c> counts the group's frames so far;
/// <c>degreesOfFreedom</c> is there where the components are Student's.
/// </summary>
internal sealed class MixtureWriter : IDisposable
{
    private readonly Stream stream;
    private readonly Utf8JsonWriter json;

    public MixtureWriter(Stream stream)
    {
        this.stream = stream;
        json = new Utf8JsonWriter(stream);
    }

    /// <summary>Writes a mixture as it is now.</summary>
    public void Write(string group, MixtureModel model)
    {
        json.WriteStartObject();
        json.WriteNumber("n", model.Frames);
        json.WriteString("group", group);
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
        if (double.IsFinite(model.DegreesOfFreedom))
        {
            json.WriteNumber("degreesOfFreedom", model.DegreesOfFreedom);
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset();
        stream.WriteByte((byte)'\n');
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        json.Dispose();
        stream.Dispose();
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
}
