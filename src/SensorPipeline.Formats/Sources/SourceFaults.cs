namespace SensorPipeline.Formats.Sources;

/// <summary>Collects faults while sources are compiled, and reads what must be one of a few names.</summary>
internal sealed class SourceFaults
{
    private readonly List<SourceFault> faults = [];

    public IReadOnlyList<SourceFault> Items => faults;

    public void Add(string key, string? problem)
    {
        if (problem is not null)
        {
            faults.Add(new SourceFault(key, problem));
        }
    }

    public void Require(bool holds, string key, string problem) => Add(key, holds ? null : problem);

    /// <summary>The value of a name, or the default where none is written or it is unknown, which is a fault.</summary>
    public T OneOf<T>(string? written, IReadOnlyDictionary<string, T> known, string key, T otherwise)
    {
        if (written is null)
        {
            return otherwise;
        }

        if (known.TryGetValue(written, out T? value))
        {
            return value;
        }

        Add(key, $"is '{written}'; expected one of {string.Join(", ", known.Keys)}");
        return otherwise;
    }
}
