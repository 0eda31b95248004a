using System.Net.WebSockets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Makes the byte stream the options ask for: TCP, TLS over it, WebSocket over either.</summary>
internal static class Connectors
{
    public static Connector For(MqttClientOptions options) => options is null ? throw new ArgumentNullException(nameof(options)) :
        options.WebSocketPath is null ? cancel => OpenAsync(options, cancel) : cancel => OpenWebSocketAsync(options, cancel);

    private static async Task<Stream> OpenAsync(MqttClientOptions options, CancellationToken cancel)
    {
        Stream stream = await TcpConnector.ConnectAsync(options.Host, options.Port, cancel);
        return options.Tls is { } tls ? await new TlsHandshake(tls, options.Host).OverAsync(stream, cancel) : stream;
    }

    private static async Task<Stream> OpenWebSocketAsync(MqttClientOptions options, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) => await OpenAsync(options, token),
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        try
        {
            // The callback has secured the stream already, so the address is a plain one.
            var address = new UriBuilder("ws", options.Host, options.Port, options.WebSocketPath).Uri;
            await socket.ConnectAsync(address, invoker, cancel);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, closeTimeout: TimeSpan.FromSeconds(1));
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            throw exception.InnerException?.InnerException ?? new IOException(exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
