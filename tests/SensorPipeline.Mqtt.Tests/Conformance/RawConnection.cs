using System.Net;
using System.Net.Sockets;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>A client without manners: connects and vanishes without a DISCONNECT.</summary>
internal static class RawConnection
{
    public static async Task<Socket> OpenAsync(MqttClientOptions options)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, options.Port);
        var writer = new PacketWriter(256);
        new ConnectPacket { ClientId = options.ClientId, Version = options.ProtocolVersion, CleanStart = true, KeepAliveSeconds = 60, Will = options.Will }.Write(writer);
        await socket.SendAsync(writer.Written);
        byte[] answer = new byte[64];
        Assert.True(await socket.ReceiveAsync(answer) >= 4);
        Assert.Equal(0, answer[3]);
        return socket;
    }
}
