namespace SensorPipeline.Storage.Disks;

/// <summary>
/// One directory of files, seen as what a power cut leaves of it: bytes last once <see cref="IDiskFile.Sync"/> returned, names
/// once <see cref="SyncDirectory"/> did. Every fault is an <see cref="IOException"/>.
/// </summary>
public interface IDisk
{
    /// <summary>The names of the files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes a new, empty file to write.</summary>
    IDiskFile Create(string name);

    /// <summary>Opens a file that exists; without <paramref name="write"/> only to read.</summary>
    IDiskFile Open(string name, bool write);

    /// <summary>Gives a file another name, in one step even where that name is taken.</summary>
    void Rename(string name, string newName);

    /// <summary>Removes a file.</summary>
    void Delete(string name);

    /// <summary>Makes names durable: files created, renamed and removed so far.</summary>
    void SyncDirectory();

    /// <summary>What an operator calls the file.</summary>
    string PathOf(string name);
}
