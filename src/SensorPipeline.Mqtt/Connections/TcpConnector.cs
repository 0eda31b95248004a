using System.Net;
using System.Net.Sockets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Opens the byte stream that a connection speaks over.</summary>
internal delegate Task<Stream> Connector(CancellationToken cancel);

/// <summary>Finds the addresses of a name.</summary>
internal delegate Task<IPAddress[]> Resolver(string host, CancellationToken cancel);

/// <summary>Plain TCP: resolves the name anew, tries every address, sends without delay and asks for quick acknowledgements.</summary>
internal static class TcpConnector
{
    public static Task<Stream> ConnectAsync(string host, int port, CancellationToken cancel) => ConnectAsync(Dns.GetHostAddressesAsync, host, port, cancel);

    public static async Task<Stream> ConnectAsync(Resolver resolve, string host, int port, CancellationToken cancel)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await resolve(host, cancel);
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancel);
                return new QuickAckStream(socket);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>
    /// A broker that leaves Nagle's algorithm on holds its small packets back until ours are acknowledged, 40 ms later by default.
    /// Linux forgets the wish for quick acknowledgements by itself, so it is renewed with each read.
    /// </summary>
    private sealed class QuickAckStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        private const int TcpLevel = 6;
        private const int QuickAck = 12;
        private static readonly byte[] On = [1, 0, 0, 0];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (OperatingSystem.IsLinux())
            {
                Socket.SetRawSocketOption(TcpLevel, QuickAck, On);
            }

            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
