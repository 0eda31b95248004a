using System.Threading.Channels;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Connections;

/// <summary>The broker's end of a connection in memory: a test says which bytes a read returns, and sees every packet the client writes.</summary>
internal sealed class ScriptedPeer : Stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<byte[]> toClient = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<byte[]> fromClient = Channel.CreateUnbounded<byte[]>();
    private readonly List<byte> unparsed = [];
    private ReadOnlyMemory<byte> chunk;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>When set, writes of the client wait for it: a peer that does not read.</summary>
    public Task? Stalled { get; set; }

    /// <summary>One read of the client returns exactly these bytes, or less if it asks for less.</summary>
    public void Send(params ReadOnlySpan<byte> bytes) => toClient.Writer.TryWrite(bytes.ToArray());

    public void SendConnAck(MqttProtocolVersion version = MqttProtocolVersion.V5, bool sessionPresent = false)
    {
        var writer = new PacketWriter(16);
        ConnAckPacket.Write(writer, version, sessionPresent, MqttReason.Success, new MqttServerLimits());
        Send(writer.WrittenSpan);
    }

    public void SendMessage(string topic, string payload, int qos = 0, ushort id = 0, bool duplicate = false, MqttProtocolVersion version = MqttProtocolVersion.V5)
    {
        var writer = new PacketWriter(64);
        PublishPacket.Write(writer, version, (qos << 1) | (duplicate ? 8 : 0), System.Text.Encoding.UTF8.GetBytes(topic), id, default, System.Text.Encoding.UTF8.GetBytes(payload));
        Send(writer.WrittenSpan);
    }

    /// <summary>The next read finds the connection closed.</summary>
    public void End() => toClient.Writer.TryComplete();

    /// <summary>The next packet the client wrote, whole.</summary>
    public async Task<byte[]> NextPacketAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return await fromClient.Reader.ReadAsync(limit.Token);
    }

    public async Task<byte[]> NextPacketAsync(PacketType type)
    {
        byte[] packet = await NextPacketAsync();
        Assert.Equal(type, (PacketType)(packet[0] >> 4));
        return packet;
    }

    /// <summary>Packets written and not asked for yet.</summary>
    public List<byte[]> Rest()
    {
        var all = new List<byte[]>();
        while (fromClient.Reader.TryRead(out byte[]? packet))
        {
            all.Add(packet);
        }

        return all;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (chunk.IsEmpty)
        {
            if (!await toClient.Reader.WaitToReadAsync(cancellationToken) || !toClient.Reader.TryRead(out byte[]? next))
            {
                return 0;
            }

            chunk = next;
        }

        int count = Math.Min(chunk.Length, buffer.Length);
        chunk[..count].CopyTo(buffer);
        chunk = chunk[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Stalled is { } stalled)
        {
            await stalled;
        }

        unparsed.AddRange(buffer.Span);
        while (FixedHeader.TryRead(unparsed.ToArray(), out FixedHeader header, out _) && unparsed.Count >= header.PacketLength)
        {
            fromClient.Writer.TryWrite([.. unparsed.Take(header.PacketLength)]);
            unparsed.RemoveRange(0, header.PacketLength);
        }
    }

    protected override void Dispose(bool disposing)
    {
        toClient.Writer.TryComplete();
        fromClient.Writer.TryComplete();
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
