using System.Diagnostics.CodeAnalysis;

namespace SensorPipeline.Streams.Inputs;

/// <summary>Names of sensors and their dense indices, in order of appearance. One writer; reads of known indices from any thread are safe.</summary>
public sealed class SensorNames
{
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private string[] names = new string[16];
    private volatile int count;

    /// <summary>How many sensors are known.</summary>
    public int Count => count;

    /// <summary>The name of a sensor.</summary>
    public string this[int sensor] => sensor < count ? names[sensor] : throw new ArgumentOutOfRangeException(nameof(sensor));

    /// <summary>The index of a name, where it is known. For the writer's thread only.</summary>
    public bool TryGetIndex(string name, [MaybeNullWhen(false)] out int sensor) => indices.TryGetValue(name, out sensor);

    /// <summary>Gives a new name the next index. For the writer's thread only.</summary>
    public int Add(string name)
    {
        int sensor = count;
        indices.Add(name, sensor);
        if (sensor == names.Length)
        {
            Array.Resize(ref names, sensor * 2);
        }

        names[sensor] = name;
        count = sensor + 1;
        return sensor;
    }
}
