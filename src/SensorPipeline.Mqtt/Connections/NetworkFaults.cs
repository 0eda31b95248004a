using System.Net.Sockets;
using System.Net.WebSockets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>What a stream throws when the network, and not our code, is at fault.</summary>
internal static class NetworkFaults
{
    // A WebSocket that the other side has closed calls itself not writeable.
    public static bool Is(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or WebSocketException or OperationCanceledException or NotSupportedException;
}
