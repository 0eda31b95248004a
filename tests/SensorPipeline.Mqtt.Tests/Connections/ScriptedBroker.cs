using System.Threading.Channels;
using SensorPipeline.Mqtt.Packets;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Connections;

/// <summary>A client on a manual clock whose connections are all in memory; each attempt gets a new peer.</summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly Channel<ScriptedPeer> peers = Channel.CreateUnbounded<ScriptedPeer>();
    private readonly CancellationTokenSource cancel = new();

    public ScriptedBroker(MqttClientOptions? options = null, bool acknowledge = false)
    {
        Options = options ?? DefaultOptions();
        Client = new MqttClient(Options, Clock, new Random(1), _ =>
        {
            var peer = new ScriptedPeer();
            peers.Writer.TryWrite(peer);
            return Task.FromResult<Stream>(peer);
        });
        Receiver.AcknowledgeWith = acknowledge ? Client : null;
        Running = Client.RunAsync(Receiver, cancel.Token);
    }

    public MqttClientOptions Options { get; }

    public Task Running { get; }

    public ManualClock Clock { get; } = new();

    public RecordingReceiver Receiver { get; } = new();

    public MqttClient Client { get; }

    public static MqttClientOptions DefaultOptions(MqttProtocolVersion version = MqttProtocolVersion.V5) => new()
    {
        Host = "scripted",
        ClientId = "client",
        ProtocolVersion = version,
        KeepAlive = TimeSpan.FromSeconds(20),
        BackoffMinimum = TimeSpan.FromSeconds(1),
        BackoffMaximum = TimeSpan.FromSeconds(60),
    };

    /// <summary>The next attempt's peer; its CONNECT has not been read yet.</summary>
    public async Task<ScriptedPeer> NextPeerAsync() => await peers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The next attempt's peer, after CONNECT and CONNACK.</summary>
    public async Task<ScriptedPeer> NextAcceptedAsync(bool sessionPresent = false)
    {
        ScriptedPeer peer = await NextPeerAsync();
        await peer.NextPacketAsync(PacketType.Connect);
        peer.SendConnAck(Options.ProtocolVersion, sessionPresent);
        await Receiver.NextConnectionAsync();
        return peer;
    }

    /// <summary>Moves the clock past the pause that a fault announced.</summary>
    public async Task<MqttFault> PassPauseAsync()
    {
        MqttFault fault = await Receiver.NextFaultAsync();
        await Eventually.BecomesTrue(() => Clock.PendingTimers > 0, "the pause begins");
        Clock.Advance(fault.RetryAfter + TimeSpan.FromMilliseconds(1));
        return fault;
    }

    public void Cancel() => cancel.Cancel();

    public async Task StopAsync()
    {
        await cancel.CancelAsync();
        // A peer that never closes is given up after a second.
        await Eventually.Advance(Clock, TimeSpan.FromSeconds(1), Running.ContinueWith(_ => true, TaskScheduler.Default));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.True(Running.IsCompletedSuccessfully || Running.Exception?.InnerException is IOException, $"{Running.Exception}");
        await Client.DisposeAsync();
        cancel.Dispose();
    }
}
