using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests.Log;

/// <summary>The bytes on disk. A change that fails one of these needs a new version of the format and a reader of the old.</summary>
public sealed class FormatTests
{
    private const string Segment =
        "5350494E5055540A" + "01000000" + "00000000" + "2A00000000000000" + "00000000" + "E866371F";

    private const string Header =
        "EBC7A182" + "80000000" + "0100" + "0000" + "02000000" + "05000000" + "00000000" + "2A00000000000000" + "2A00000000000000";

    private const string Inputs =
        "02" + "000000" + "07000000" + "0000000000000000" + "0100000000000000" + "0000000000000000" + "0500000000000000"
        + "01" + "000000" + "07000000" + "0807060504030201" + "0200000000000000" + "000000000000F83F" + "0300000000800500";

    [Fact]
    public void A_log_is_laid_out_byte_for_byte()
    {
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, new InputLogOptions(), atLeast: 42);
        var batch = new InputBatch();
        batch.AddSensor(7, "a/b/c", new EventTime(1));
        batch.AddReading(7, new EventTime(0x0102030405060708), new EventTime(2), 1.5, new DeliveryKey(5, true, 3));
        log.Append(batch);
        log.Commit();
        Assert.Equal(Segment + Header + Inputs + "612F622F63" + "000000", Convert.ToHexString(disk.ContentOf("log-000000000000002a")));
    }

    [Fact]
    public void An_input_is_forty_bytes_in_the_order_of_the_format()
    {
        Assert.Equal(40, Unsafe.SizeOf<Input>());
        var input = new Input
        {
            Kind = InputKind.Reading, Sensor = 0x11111111, Time = new EventTime(0x2222222222222222), Arrival = new EventTime(0x3333333333333333),
            Value = BitConverter.Int64BitsToDouble(0x4444444444444444), Key = 0x5555555555555555,
        };
        string bytes = Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<Input>(in input)));
        Assert.Equal("01", bytes[..2]);
        Assert.Equal("11111111" + new string('2', 16) + new string('3', 16) + new string('4', 16) + new string('5', 16), bytes[8..]);
    }

    [Fact]
    public void Padding_in_memory_does_not_reach_the_disk()
    {
        var inputs = new Input[1];
        MemoryMarshal.AsBytes(inputs.AsSpan()).Fill(0xff);
        var batch = new InputBatch();
        batch.Restore(0, inputs, []);
        byte[] record = new byte[RecordHeader.BytesFor(1, 0)];
        RecordHeader.WriteRecord(record, batch, 0);
        Assert.Equal("FF000000FFFFFFFF", Convert.ToHexString(record.AsSpan(RecordHeader.Size, 8)));
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("313233343536373839", 0xE3069283u)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    public void The_checksum_is_the_one_of_RFC_3720(string bytes, uint expected) => Assert.Equal(expected, Crc32C.Compute(Convert.FromHexString(bytes)));

    [Theory]
    [InlineData("log-000000000000002a", true)]
    [InlineData("log-000000000000002A", false)]
    [InlineData("log-2a", false)]
    [InlineData("log-000000000000002a.cut", false)]
    [InlineData("log-ffffffffffffffff", false)]
    [InlineData("checkpoint-000000000000002a", false)]
    public void Only_a_segments_own_name_is_taken_for_one(string name, bool expected) => Assert.Equal(expected, SegmentFormat.TryParseName(name, out _));

    [Fact]
    public void A_segment_or_record_of_a_newer_format_is_refused_and_not_cut_off()
    {
        foreach (bool inRecord in new[] { false, true })
        {
            var disk = new SimulatedDisk(new Random(1));
            using (InputLog log = InputLog.Open(disk, new InputLogOptions()))
            {
                Batches.Commit(log, 1);
            }

            byte[] content = disk.ContentOf("log-0000000000000000");
            content[inRecord ? 40 : 8] = 2;
            BitConverter.TryWriteBytes(content.AsSpan(28), Crc32C.Compute(content.AsSpan(0, 28)));
            BitConverter.TryWriteBytes(content.AsSpan(32), Crc32C.Compute(content.AsSpan(36)));
            disk.Put("log-0000000000000000", content);
            var refused = Assert.Throws<StorageException>(() => InputLog.Open(disk, new InputLogOptions()));
            Assert.Contains("written by a newer version (format 2; this build reads up to 1)", refused.Message, StringComparison.Ordinal);
            Assert.Equal(content.Length, disk.ContentOf("log-0000000000000000").Length);
        }
    }
}
