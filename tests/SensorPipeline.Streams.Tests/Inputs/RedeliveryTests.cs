using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Inputs;

public class RedeliveryTests
{
    private const int Identifiers = 65_535;

    private readonly Redelivery redelivery = new();

    [Fact]
    public void What_came_before_the_reconnect_is_recognised_once()
    {
        Begin();
        Assert.False(Reading(1, 7));
        Assert.False(Reading(2, 8));
        Begin();
        Assert.True(Reading(1, 7, again: true));
        Assert.True(Reading(2, 8, again: true));
        Assert.False(Reading(3, 8));
        Assert.Equal(2, redelivery.Repeats);
    }

    [Fact]
    public void Equal_readings_of_a_live_stream_all_count()
    {
        Begin();
        Assert.False(Reading(1, 7));
        Assert.False(Reading(2, 7));
        Assert.False(Reading(1, 7));
        Begin();
        Assert.False(Reading(1, 7));
    }

    [Fact]
    public void A_message_of_several_readings_is_recognised_whole()
    {
        Begin();
        Assert.False(Reading(1, 7));
        Assert.False(Reading(1, 7));
        Begin();
        Assert.True(Reading(1, 7, again: true));
        Assert.True(Reading(1, 7, again: true));
    }

    [Fact]
    public void Without_its_session_a_broker_sends_nothing_again()
    {
        Begin();
        Assert.False(Reading(1, 7));
        redelivery.BeginEpoch(sessionResumed: false);
        Assert.False(Reading(1, 7, again: true));
    }

    [Fact]
    public void A_constant_reading_under_an_identifier_that_came_round_again_is_not_taken_for_its_last_use()
    {
        Begin();
        for (int message = 0; message < Identifiers; message++)
        {
            Assert.False(Reading((ushort)(message + 1), 7));
        }

        // The last hundred came and were not acknowledged; the hundred behind them never came.
        Begin();
        for (int message = Identifiers - 100; message < Identifiers; message++)
        {
            Assert.True(Reading((ushort)(message + 1), 7, again: true));
        }

        for (int message = 0; message < 100; message++)
        {
            Assert.False(Reading((ushort)(message + 1), 7, again: true));
        }
    }

    [Fact]
    public void A_constant_reading_a_round_later_is_new_where_all_before_it_was_acknowledged()
    {
        Begin();
        for (int message = 0; message < Identifiers; message++)
        {
            Assert.False(Reading((ushort)(message + 1), 7));
        }

        Begin();
        for (int message = 0; message < 100; message++)
        {
            Assert.False(Reading((ushort)(message + 1), 7, again: true));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Redelivery.Reach)]
    public void A_backlog_of_constant_readings_marked_as_repeated_counts_once_however_often_identifiers_come_round(int again)
    {
        Begin();
        int delivered = Deliver(0, 3 * Identifiers, again: false, expected: false);
        for (int connection = 0; connection < 5; connection++)
        {
            Begin();
            Deliver(delivered - again, again, again: true, expected: true);
            delivered = Deliver(delivered, Redelivery.Reach - again + 1000, again: true, expected: false);
        }
    }

    [Fact]
    public void A_broker_that_had_more_in_flight_than_it_may_is_still_understood()
    {
        const int InFlight = 50_000;
        Begin();
        for (int message = 0; message < InFlight; message++)
        {
            Assert.False(Reading((ushort)(message + 1), 7));
        }

        Begin();
        for (int message = 0; message < InFlight; message++)
        {
            Assert.True(Reading((ushort)(message + 1), 7, again: true));
        }

        Assert.False(Reading(InFlight + 1, 7, again: true));
    }

    [Fact]
    public void The_device_s_time_tells_a_repeat_under_any_identifier()
    {
        Begin();
        Assert.False(Reading(20, 7, time: 1));
        Assert.False(Reading(21, 8, time: 2));
        Begin();
        Assert.True(Reading(1, 7, again: true, time: 1));
        Assert.True(Reading(2, 8, again: true, time: 2));
        Assert.False(Reading(3, 9, again: true, time: 3));
        Assert.Equal("deviceTime", redelivery.KeyInForce);
    }

    [Fact]
    public void The_device_s_number_tells_a_repeat_under_any_identifier()
    {
        Begin();
        Assert.False(Numbered(20, 7));
        Assert.False(Numbered(21, 8));
        Begin();
        Assert.True(Numbered(1, 7, again: true));
        Assert.True(Numbered(2, 8, again: true));
        Assert.False(Numbered(3, 9, again: true));
        Assert.Equal("deviceSequence", redelivery.KeyInForce);
    }

    [Fact]
    public void Without_the_device_s_time_another_identifier_is_another_message()
    {
        Begin();
        Assert.False(Reading(20, 7));
        Begin();
        Assert.False(Reading(1, 7, again: true));
        Assert.Equal("packetIdentifier", redelivery.KeyInForce);
    }

    [Fact]
    public void What_was_delivered_on_this_connection_is_no_repeat_of_itself()
    {
        Begin();
        Assert.False(Reading(1, 7, again: true));
        Assert.False(Reading(2, 7, again: true));
        Assert.False(Reading(1, 7, again: true));
    }

    [Fact]
    public void A_restored_memory_recognises_the_same()
    {
        Begin();
        Reading(1, 7);
        Reading(2, 8, time: 5);
        var writer = new SnapshotWriter();
        redelivery.Save(writer);
        var restored = new Redelivery();
        var reader = new SnapshotReader(writer.Written);
        restored.Load(ref reader);
        Assert.True(reader.IsAtEnd);
        restored.BeginEpoch(sessionResumed: true);
        Assert.True(restored.IsRepeat(Input(1, 7, true, 0)));
        Assert.True(restored.IsRepeat(Input(9, 8, true, 5)));
        Assert.Equal("deviceTime, packetIdentifier", restored.KeyInForce);
    }

    private bool Numbered(ushort packetId, ulong hash, bool again = false)
    {
        var key = new DeliveryKey(packetId, again, hash) { IsNumbered = true };
        Assert.True(key is { IsNumbered: true, Redelivered: var repeated, PacketId: var id, Hash: var named } && repeated == again && id == packetId && named == hash);
        return redelivery.IsRepeat(Input(packetId, hash, again, 0) with { Key = key.Bits });
    }

    private int Deliver(int first, int count, bool again, bool expected)
    {
        for (int message = first; message < first + count; message++)
        {
            Assert.Equal(expected, Reading((ushort)((message % Identifiers) + 1), 7, again));
        }

        return first + count;
    }

    private void Begin() => redelivery.BeginEpoch(sessionResumed: true);

    private bool Reading(ushort id, ulong hash, bool again = false, double time = 0) => redelivery.IsRepeat(Input(id, hash, again, time));

    private static Input Input(ushort id, ulong hash, bool again, double time) => new()
    {
        Kind = InputKind.Reading, Arrival = Recording.At(0), Time = Recording.At(time), Value = 1, Key = new DeliveryKey(id, again, hash).Bits,
    };
}
