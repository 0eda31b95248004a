using System.Text.Json;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Which filters the broker's session may hold: it keeps those of an earlier configuration until they are taken back, and only we know them.
/// A file that cannot be read or written costs no more than that; nothing of the state depends on it.
/// </summary>
internal sealed class SubscribedFilters
{
    private const string Name = "subscriptions.json";

    private readonly string? file;
    private readonly Lock gate = new();
    private string[] current;
    private bool settled;

    /// <summary>Reads what earlier runs subscribed to. <paramref name="directory"/> is null where nothing is kept.</summary>
    public SubscribedFilters(string? directory, IEnumerable<string> filters)
    {
        file = directory is null ? null : Path.Combine(directory, Name);
        current = [.. filters];
        Former = Read();
        Write([.. Former.Union(current)]);
    }

    /// <summary>Filters of earlier runs, where they are known.</summary>
    public IReadOnlyList<string> Former { get; }

    /// <summary>Other filters are about to be subscribed to.</summary>
    public void Change(IEnumerable<string> filters)
    {
        lock (gate)
        {
            string[] former = settled ? current : Read();
            current = [.. filters];
            settled = false;
            Write([.. former.Union(current)]);
        }
    }

    /// <summary>The broker has granted the current filters and let go of the others.</summary>
    public void Settle()
    {
        lock (gate)
        {
            if (!settled)
            {
                settled = true;
                Write(current);
            }
        }
    }

    private string[] Read()
    {
        try
        {
            return file is not null && File.Exists(file) ? JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(file)) ?? [] : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private void Write(string[] filters)
    {
        try
        {
            if (file is not null)
            {
                File.WriteAllBytes($"{file}.new", JsonSerializer.SerializeToUtf8Bytes(filters));
                File.Move($"{file}.new", file, overwrite: true);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
