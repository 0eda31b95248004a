using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SensorPipeline.Streams.Snapshots;

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote. The bytes are not trusted: every length is checked before it is used.</summary>
public ref struct SnapshotReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>Reads one value.</summary>
    /// <exception cref="InvalidDataException">The bytes end before the value does.</exception>
    public T Read<T>()
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(Take(Unsafe.SizeOf<T>())));

    /// <summary>Reads a sequence of values.</summary>
    /// <exception cref="InvalidDataException">The values have another size, or the bytes end before they do.</exception>
    public T[] ReadArray<T>()
        where T : unmanaged
    {
        int count = Read<int>();
        int size = Read<int>();
        if (count < 0 || size != Unsafe.SizeOf<T>() || (long)count * size > rest.Length)
        {
            throw new InvalidDataException($"The snapshot holds {count} values of {size} bytes where values of {Unsafe.SizeOf<T>()} bytes were expected.");
        }

        var values = new T[count];
        Take(count * size).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads a sequence of values into a place that must be as long.</summary>
    /// <exception cref="InvalidDataException">The sequence has another length, the values another size, or the bytes end before they do.</exception>
    public void ReadInto<T>(Span<T> values)
        where T : unmanaged
    {
        T[] read = ReadArray<T>();
        if (read.Length != values.Length)
        {
            throw new InvalidDataException($"The snapshot holds {read.Length} values where {values.Length} were expected.");
        }

        read.CopyTo(values);
    }

    /// <summary>Reads a text.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadArray<byte>());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new InvalidDataException($"The snapshot ends {count - rest.Length} bytes too early.");
        }

        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
