using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Streams.Snapshots;

/// <summary>Writes state as little-endian bytes: numbers as they are in memory, padding as zeros, lengths before contents.</summary>
public sealed class SnapshotWriter
{
    private readonly Buffer<byte> bytes = new();

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => bytes.Items;

    /// <summary>Writes one value without references.</summary>
    public void Write<T>(T value)
        where T : unmanaged => Append<T>([value]);

    /// <summary>Writes the number of values, their size, and the values.</summary>
    public void WriteSpan<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        BeginSpan<T>(values.Length);
        Append(values);
    }

    /// <summary>Begins a sequence of so many values that do not lie together; they come with <see cref="Continue"/>.</summary>
    public void BeginSpan<T>(int count)
        where T : unmanaged
    {
        Write(count);
        Write(Unsafe.SizeOf<T>());
    }

    /// <summary>Writes the next values of a sequence that was begun.</summary>
    public void Continue<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Append(values);

    /// <summary>Writes a text as UTF-8.</summary>
    public void Write(string text) => WriteSpan<byte>(Encoding.UTF8.GetBytes(text));

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => bytes.Clear();

    private void Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Span<byte> place = bytes.AddSpan(values.Length * Unsafe.SizeOf<T>());
        MemoryMarshal.AsBytes(values).CopyTo(place);
        Padding<T>.Clear(place);
    }
}
