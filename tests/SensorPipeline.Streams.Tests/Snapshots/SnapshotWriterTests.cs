using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Snapshots;

public sealed class SnapshotWriterTests
{
    [Fact]
    public void Equal_values_are_equal_bytes_whatever_memory_held_between_their_fields()
    {
        Assert.Equal(BytesOf(Dirty(0x00)), BytesOf(Dirty(0xA5)));
        Assert.Equal(SpanBytesOf([Dirty(0x00), Dirty(0x00)]), SpanBytesOf([Dirty(0xA5), Dirty(0x5A)]));
    }

    [Fact]
    public void Every_field_is_written()
    {
        Holes written = Dirty(0xA5);
        byte[] bytes = BytesOf(written);
        Assert.Equal(Unsafe.SizeOf<Holes>(), bytes.Length);
        Holes read = new SnapshotReader(bytes).Read<Holes>();
        Assert.Equal((written.Flag, written.Number, written.Small, written.Inner.Count, written.Inner.Last), (read.Flag, read.Number, read.Small, read.Inner.Count, read.Inner.Last));
        Assert.Equal(((ReadOnlySpan<Pair>)written.Pairs).ToArray(), ((ReadOnlySpan<Pair>)read.Pairs).ToArray());
    }

    private static byte[] BytesOf(Holes value)
    {
        var writer = new SnapshotWriter();
        writer.Write(value);
        return writer.Written.ToArray();
    }

    private static byte[] SpanBytesOf(Holes[] values)
    {
        var writer = new SnapshotWriter();
        writer.WriteSpan<Holes>(values);
        return writer.Written.ToArray();
    }

    private static Holes Dirty(byte memory)
    {
        var value = new Holes[1];
        MemoryMarshal.AsBytes(value.AsSpan()).Fill(memory);
        value[0].Flag = true;
        value[0].Number = -1.5;
        value[0].Small = 7;
        value[0].Inner.Count = 3;
        value[0].Inner.Last = 9;
        for (int i = 0; i < 3; i++)
        {
            value[0].Pairs[i].Byte = (byte)i;
            value[0].Pairs[i].Short = (short)-i;
        }

        return value[0];
    }

    private struct Holes
    {
        public bool Flag;
        public double Number;
        public byte Small;
        public Nested Inner;
        public Three Pairs;
    }

    private struct Nested
    {
        public int Count;
        public long Last;
    }

    private struct Pair
    {
        public byte Byte;
        public short Short;
    }

    [InlineArray(3)]
    private struct Three
    {
        private Pair first;
    }
}
