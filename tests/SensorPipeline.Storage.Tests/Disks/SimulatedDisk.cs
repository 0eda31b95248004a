using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Tests.Disks;

/// <summary>
/// A directory that forgets as much as POSIX allows: after <see cref="CutPower"/> any part of what was not synchronised is gone, names
/// included. Faults come when asked for or by the seed; equal seeds and calls give equal disks.
/// </summary>
public sealed class SimulatedDisk(Random random) : IDisk
{
    private readonly List<(string Name, SimulatedFile? File)> unsyncedNames = [];
    private Dictionary<string, SimulatedFile> names = [];
    private Dictionary<string, SimulatedFile> durableNames = [];
    private int era;

    /// <summary>Bytes that fit.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Operations until the power is cut in the middle of one.</summary>
    public int OperationsLeft { get; set; } = int.MaxValue;

    /// <summary>Synchronisations until one fails.</summary>
    public int SyncsLeft { get; set; } = int.MaxValue;

    /// <summary>Writes until one fails.</summary>
    public int WritesLeft { get; set; } = int.MaxValue;

    public bool CannotRead { get; set; }

    /// <summary>Every operation that changes something, for tests of their order.</summary>
    public List<string> Operations { get; } = [];

    public IReadOnlyList<string> List() => [.. names.Keys];

    public byte[] ContentOf(string name) => names[name].Content;

    public void Corrupt(string name, int offset, byte mask = 1) => names[name].Corrupt(offset, mask);

    /// <summary>Puts a file there, synchronised.</summary>
    public void Put(string name, ReadOnlySpan<byte> content)
    {
        var file = new SimulatedFile();
        file.Write(0, content);
        file.Sync();
        names[name] = file;
        durableNames[name] = file;
    }

    public IDiskFile Create(string name)
    {
        Begin("create", name);
        if (names.ContainsKey(name))
        {
            throw new IOException($"{name} exists");
        }

        return new Handle(this, name, SetName(name, new SimulatedFile())!);
    }

    public IDiskFile Open(string name, bool write) =>
        names.TryGetValue(name, out SimulatedFile? file) ? new Handle(this, name, file) : throw new FileNotFoundException(name);

    public void Rename(string name, string newName)
    {
        Begin("rename", $"{name} {newName}");
        SimulatedFile file = names[name];
        SetName(name, null);
        SetName(newName, file);
    }

    public void Delete(string name)
    {
        Begin("delete", name);
        SetName(name, null);
    }

    public void SyncDirectory()
    {
        Begin("sync", ".");
        if (SyncsLeft-- <= 0)
        {
            throw new IOException("the directory could not be synchronised");
        }

        unsyncedNames.Clear();
        durableNames = new Dictionary<string, SimulatedFile>(names);
    }

    public string PathOf(string name) => $"/simulated/{name}";

    /// <summary>The process ends: what the system has it keeps.</summary>
    public void Kill() => Restart();

    /// <summary>The machine goes dark: what is not on the medium may be gone.</summary>
    public void CutPower()
    {
        foreach ((string name, SimulatedFile? file) in unsyncedNames)
        {
            if (random.Next(2) == 0)
            {
                Set(durableNames, name, file);
            }
        }

        names = new Dictionary<string, SimulatedFile>(durableNames);
        foreach (SimulatedFile file in names.Values)
        {
            file.Lose(random);
        }

        unsyncedNames.Clear();
        Restart();
    }

    private void Restart()
    {
        era++;
        OperationsLeft = SyncsLeft = WritesLeft = int.MaxValue;
        Capacity = long.MaxValue;
    }

    private SimulatedFile? SetName(string name, SimulatedFile? file)
    {
        Set(names, name, file);
        unsyncedNames.Add((name, file));
        return file;
    }

    private static void Set(Dictionary<string, SimulatedFile> names, string name, SimulatedFile? file)
    {
        if (file is null)
        {
            names.Remove(name);
        }
        else
        {
            names[name] = file;
        }
    }

    private void Begin(string operation, string name)
    {
        Operations.Add($"{operation} {name}");
        if (OperationsLeft-- <= 0)
        {
            throw new PowerCutException();
        }
    }

    private long Used()
    {
        long used = 0;
        foreach (SimulatedFile file in names.Values)
        {
            used += file.Content.Length;
        }

        return used;
    }

    private void Write(string name, SimulatedFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        if (OperationsLeft <= 0)
        {
            file.Write(offset, bytes[..random.Next(bytes.Length)]);
        }

        Begin("write", name);
        if (WritesLeft-- <= 0)
        {
            file.Write(offset, bytes[..random.Next(bytes.Length)]);
            throw new IOException($"{name}: input/output error");
        }

        long room = Capacity - Used() + file.Content.Length - offset;
        if (bytes.Length > room)
        {
            file.Write(offset, bytes[..(int)Math.Max(0, room)]);
            throw new DiskFullException(name);
        }

        file.Write(offset, bytes);
    }

    private void Sync(string name, SimulatedFile file)
    {
        Begin("sync", name);
        if (SyncsLeft-- <= 0)
        {
            file.FailSync(random);
            throw new IOException($"{name}: the file could not be synchronised");
        }

        file.Sync();
    }

    private sealed class Handle(SimulatedDisk disk, string name, SimulatedFile file) : IDiskFile
    {
        private readonly int era = disk.era;

        public long Length => Live().Content.Length;

        public int Read(long offset, Span<byte> bytes)
        {
            if (disk.CannotRead)
            {
                throw new IOException($"{name}: input/output error");
            }

            byte[] content = Live().Content;
            int count = (int)Math.Clamp(content.Length - offset, 0, bytes.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(bytes);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(name, Live(), offset, bytes);

        public void SetLength(long length)
        {
            disk.Begin("cut", name);
            Live().SetLength(length);
        }

        public void Sync() => disk.Sync(name, Live());

        public void DropCache() => Live().DropCache();

        public void Dispose()
        {
        }

        private SimulatedFile Live() => era == disk.era ? file : throw new InvalidOperationException("a handle of an ended process was used");
    }
}
