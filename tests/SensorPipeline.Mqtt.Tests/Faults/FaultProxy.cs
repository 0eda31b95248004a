using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace SensorPipeline.Mqtt.Tests.Faults;

/// <summary>
/// Stands between a client and a broker and does to the bytes what a bad network does: splits, delays, stalls, corrupts, cuts. Each
/// property takes effect with the next piece that passes, on every connection. It can also be the TLS in front of a plain broker.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int target;
    private readonly SslServerAuthenticationOptions? tls;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<(TcpClient Client, TcpClient Broker)> links = [];
    private readonly List<Task> pumps = [];
    private readonly Task accepting;
    private TaskCompletionSource flowing = Flowing(true);
    private int connections;

    public FaultProxy(int target, SslServerAuthenticationOptions? tls = null)
    {
        this.target = target;
        this.tls = tls;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections taken so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>No piece passed on is longer.</summary>
    public int LargestPiece { get; set; } = 64 << 10;

    /// <summary>How long each piece is held.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Changes a piece from the broker in place before it passes.</summary>
    public Action<Memory<byte>>? FromBroker { get; set; }

    /// <summary>Nothing passes any more in either direction, yet the connections stay: a half-open link.</summary>
    public void Stall()
    {
        lock (gate)
        {
            flowing = Flowing(false);
        }
    }

    public void Resume()
    {
        lock (gate)
        {
            flowing.TrySetResult();
        }
    }

    /// <summary>Breaks every connection with a reset.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach ((TcpClient client, TcpClient broker) in links)
            {
                Reset(client);
                Reset(broker);
            }

            links.Clear();
        }
    }

    private static void Reset(TcpClient side)
    {
        side.LingerState = new LingerOption(true, 0);
        side.Dispose();
    }

    private static TaskCompletionSource Flowing(bool now)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (now)
        {
            source.SetResult();
        }

        return source;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stopping.Token);
                Interlocked.Increment(ref connections);
                lock (gate)
                {
                    pumps.Add(ServeAsync(client));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var broker = new TcpClient();
        try
        {
            client.NoDelay = broker.NoDelay = true;
            await broker.ConnectAsync(IPAddress.Loopback, target);
            lock (gate)
            {
                links.Add((client, broker));
            }

            Stream near = client.GetStream();
            if (tls is not null)
            {
                var secured = new SslStream(near);
                await secured.AuthenticateAsServerAsync(tls, stopping.Token);
                near = secured;
            }

            await Task.WhenAny(PumpAsync(near, broker.GetStream(), null), PumpAsync(broker.GetStream(), near, piece => FromBroker?.Invoke(piece)));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
        }
        finally
        {
            lock (gate)
            {
                links.Remove((client, broker));
            }

            client.Dispose();
        }
    }

    private async Task PumpAsync(Stream from, Stream to, Action<Memory<byte>>? change)
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer.AsMemory(0, Math.Min(LargestPiece, buffer.Length)), stopping.Token) is > 0 and int count)
            {
                await flowing.Task.WaitAsync(stopping.Token);
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, TimeProvider.System, stopping.Token);
                }

                change?.Invoke(buffer.AsMemory(0, count));
                await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        Cut();
        Task[] all;
        lock (gate)
        {
            all = [.. pumps];
        }

        await Task.WhenAll(all);
        stopping.Dispose();
    }
}
