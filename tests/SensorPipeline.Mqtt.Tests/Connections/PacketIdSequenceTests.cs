using SensorPipeline.Mqtt.Connections;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class PacketIdSequenceTests
{
    [Fact]
    public void Identifiers_go_round_and_each_in_flight_is_found()
    {
        const int Window = 1000;
        var ids = new PacketIdSequence();
        var expected = new Dictionary<ushort, long>();
        for (long position = 0; position < 3 * PacketIdSequence.Last; position++)
        {
            ushort id = ids.Take(position);
            Assert.Equal((position % PacketIdSequence.Last) + 1, id);
            expected.Add(id, position);
            if (expected.Count > Window)
            {
                Assert.True(ids.TryPeek(out long oldest));
                Assert.True(expected.Remove((ushort)((oldest % PacketIdSequence.Last) + 1)));
                ids.Drop();
            }
        }

        for (int id = 0; id <= ushort.MaxValue; id++)
        {
            bool known = expected.TryGetValue((ushort)id, out long position);
            Assert.Equal(known, ids.TryFind((ushort)id, out long found));
            Assert.Equal(known ? position : -1, found);
        }
    }

    [Fact]
    public void All_identifiers_can_be_in_flight_and_after_a_lost_session_none_is()
    {
        var ids = new PacketIdSequence();
        for (int i = 0; i < PacketIdSequence.Last; i++)
        {
            Assert.False(ids.IsExhausted);
            ids.Take(i);
        }

        Assert.True(ids.IsExhausted);
        Assert.True(ids.TryFind(PacketIdSequence.Last, out long last));
        Assert.Equal(PacketIdSequence.Last - 1, last);
        ids.Clear();
        Assert.False(ids.TryFind(1, out _));
        Assert.False(ids.TryPeek(out _));
        Assert.Equal(1, ids.Take(7));
    }
}
