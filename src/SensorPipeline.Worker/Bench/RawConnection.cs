using System.Net.Sockets;

namespace SensorPipeline.Worker.Bench;

/// <summary>A blocking socket and a buffer that is cut into packets: what the client is measured against.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;

    public RawConnection(Socket socket)
    {
        this.socket = socket;
        socket.NoDelay = true;
    }

    /// <summary>Connects to a broker and waits for its CONNACK.</summary>
    public static RawConnection Open(string host, int port, string clientId)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(host, port);
        var connection = new RawConnection(socket);
        connection.Send(RawPackets.Connect(clientId));
        connection.Next();
        return connection;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    /// <summary>The next packet; valid until the next call.</summary>
    /// <exception cref="EndOfStreamException">The other side closed.</exception>
    public ReadOnlySpan<byte> Next()
    {
        int length;
        while ((length = RawPackets.Frame(buffer.AsSpan(start, end - start))) == 0)
        {
            Receive();
        }

        start += length;
        return buffer.AsSpan(start - length, length);
    }

    /// <summary>How many packets of a type are complete in what one read brings.</summary>
    public int Count(int type)
    {
        Receive();
        int count = 0;
        for (int length; (length = RawPackets.Frame(buffer.AsSpan(start, end - start))) > 0; start += length)
        {
            count += buffer[start] >> 4 == type ? 1 : 0;
        }

        return count;
    }

    private void Receive()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        int read = socket.Receive(buffer.AsSpan(end));
        end += read > 0 ? read : throw new EndOfStreamException();
    }

    public void Dispose() => socket.Dispose();
}
