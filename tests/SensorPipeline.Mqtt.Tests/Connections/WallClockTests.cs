using SensorPipeline.Mqtt.Packets;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class WallClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_hour_that_the_wall_clock_jumps_neither_ends_a_connection_nor_hides_a_dead_one(int hours)
    {
        var clock = new JumpingClock();
        var peer = new ScriptedPeer();
        MqttClientOptions options = ScriptedBroker.DefaultOptions();
        await using RunningClient client = RunningClient.Start(new MqttClient(options, clock, new Random(1), _ => Task.FromResult<Stream>(peer)));
        await peer.NextPacketAsync(PacketType.Connect);
        peer.SendConnAck();
        await client.ReadyAsync();
        clock.Jump(TimeSpan.FromHours(hours));
        clock.Steady.Advance(options.KeepAlive / 4);
        Assert.Empty(peer.Rest());
        Assert.True(client.Client.Status.IsConnected);
        clock.Steady.Advance(options.KeepAlive / 4);
        Assert.Equal([0xC0, 0x00], await peer.NextPacketAsync());
        clock.Steady.Advance(options.KeepAlive);
        Assert.Equal(MqttFaultKind.TimedOut, (await client.Receiver.NextFaultAsync()).Kind);
    }

    /// <summary>Its wall clock can be set; its timestamps and timers go on as if nothing had happened.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private TimeSpan offset;

        public ManualClock Steady { get; } = new();

        public override long TimestampFrequency => Steady.TimestampFrequency;

        public void Jump(TimeSpan by) => offset += by;

        public override DateTimeOffset GetUtcNow() => Steady.GetUtcNow() + offset;

        public override long GetTimestamp() => Steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Steady.CreateTimer(callback, state, dueTime, period);
    }
}
