using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Packets;

public sealed class FixedHeaderTests
{
    [Fact]
    public void Every_first_byte_is_taken_or_refused_as_the_specification_says()
    {
        for (int first = 0; first <= byte.MaxValue; first++)
        {
            int flags = first & 0x0F;
            bool valid = (PacketType)(first >> 4) switch
            {
                0 => false,
                PacketType.Publish => (flags & 0x06) != 0x06 && ((flags & 0x08) == 0 || (flags & 0x06) != 0),
                PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 2,
                _ => flags == 0,
            };
            Assert.Equal(valid, FixedHeader.TryRead([(byte)first, 2, 0, 0], out _, out MqttReason reason));
            Assert.Equal(valid ? MqttReason.Success : MqttReason.MalformedPacket, reason);
        }
    }

    [Theory]
    [InlineData("30 7F", 2, 127)]
    [InlineData("30 80 01", 3, 128)]
    [InlineData("30 FF FF FF 7F", 5, 268_435_455)]
    public void A_remaining_length_has_as_many_bytes_as_it_needs(string hex, int headerLength, int bodyLength)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.True(FixedHeader.TryRead(bytes, out FixedHeader header, out _));
        Assert.Equal((headerLength, bodyLength), (header.HeaderLength, header.BodyLength));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(FixedHeader.TryRead(bytes.AsSpan(0, length), out _, out MqttReason reason));
            Assert.Equal(MqttReason.Success, reason);
        }
    }
}
