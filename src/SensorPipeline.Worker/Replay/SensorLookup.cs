using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Replay;

/// <summary>Sensors by the UTF-8 bytes of their names: a string is made once a sensor, not once a row.</summary>
public sealed class SensorLookup
{
    private readonly SensorNames names;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> sensors;
    private byte[] latestName = [];
    private int latest = -1;

    /// <summary>Looks names up in a table that others may have filled in part.</summary>
    public SensorLookup(SensorNames names)
    {
        this.names = names;
        sensors = new Dictionary<byte[], int>(new NameComparer()).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The index of a sensor that is known.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out int sensor)
    {
        if (name.SequenceEqual(latestName))
        {
            sensor = latest;
            return latest >= 0;
        }

        if (!sensors.TryGetValue(name, out byte[]? bytes, out sensor) && !TryAdopt(name, out bytes, out sensor))
        {
            return false;
        }

        (latestName, latest) = (bytes, sensor);
        return true;
    }

    /// <summary>Adds a sensor; false when the name is no UTF-8.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, out int sensor)
    {
        sensor = -1;
        if (!Utf8.IsValid(name))
        {
            return false;
        }

        sensor = names.Add(Encoding.UTF8.GetString(name));
        sensors[name] = sensor;
        return true;
    }

    private bool TryAdopt(ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out byte[] bytes, out int sensor)
    {
        bytes = null;
        sensor = -1;
        if (!Utf8.IsValid(name) || !names.TryGetIndex(Encoding.UTF8.GetString(name), out sensor))
        {
            return false;
        }

        bytes = name.ToArray();
        sensors.Dictionary.Add(bytes, sensor);
        return true;
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            ulong hash = (ulong)alternate.Length;
            for (; alternate.Length >= sizeof(ulong); alternate = alternate[sizeof(ulong)..])
            {
                hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(alternate));
            }

            ulong tail = 0;
            foreach (byte letter in alternate)
            {
                tail = (tail << 8) | letter;
            }

            return (int)(Mix(hash ^ tail) >> 32);
        }

        private static ulong Mix(ulong bits)
        {
            bits *= 0x9E3779B97F4A7C15UL;
            return bits ^ (bits >> 29);
        }
    }
}
