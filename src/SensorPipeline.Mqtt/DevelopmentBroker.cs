using System.Net;
using System.Net.Sockets;
using SensorPipeline.Mqtt.Broker;

namespace SensorPipeline.Mqtt;

/// <summary>
/// A small MQTT 3.1.1 and 5 broker on loopback, for demonstrations and tests: QoS 0 to 2, wildcards, retained messages, wills, sessions in
/// memory, takeover, limits. It keeps nothing on disk, knows no rights beyond its options, and has no shared subscriptions.
/// </summary>
public sealed class DevelopmentBroker : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly Exchange exchange;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly ITimer sweep;
    private readonly Lock gate = new();
    private readonly Dictionary<BrokerConnection, Task> connections = [];
    private readonly Task accepting;

    private DevelopmentBroker(Socket listener, DevelopmentBrokerOptions options, TimeProvider clock)
    {
        this.listener = listener;
        this.clock = clock;
        exchange = new Exchange(options, clock);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        sweep = clock.CreateTimer(_ => Sweep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        accepting = AcceptAsync(options);
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Messages received from clients.</summary>
    public long MessagesIn => exchange.MessagesIn;

    /// <summary>Messages dropped because a client was too slow or a queue full.</summary>
    public long MessagesDropped => exchange.MessagesDropped;

    /// <summary>Clients connected now.</summary>
    public int Connections
    {
        get
        {
            lock (gate)
            {
                return connections.Count;
            }
        }
    }

    /// <summary>Listens on loopback; clients can connect when the task completes.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Task<DevelopmentBroker> StartAsync(DevelopmentBrokerOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new DevelopmentBrokerOptions();
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, options.Port));
            listener.Listen(128);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        return Task.FromResult(new DevelopmentBroker(listener, options, clock ?? TimeProvider.System));
    }

    private async Task AcceptAsync(DevelopmentBrokerOptions options)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue;
            }

            socket.NoDelay = true;
            if (Connections < options.MaximumConnections)
            {
                Serve(new BrokerConnection(new NetworkStream(socket, ownsSocket: true), exchange, options, clock));
            }
            else
            {
                socket.Dispose();
            }
        }
    }

    private void Serve(BrokerConnection connection)
    {
        lock (gate)
        {
            connections.Add(connection, Task.Run(async () =>
            {
                await connection.RunAsync();
                lock (gate)
                {
                    connections.Remove(connection);
                }
            }));
        }
    }

    private void Sweep()
    {
        foreach (BrokerConnection connection in Snapshot())
        {
            connection.CloseIfSilent();
        }

        exchange.Sweep();
    }

    private BrokerConnection[] Snapshot()
    {
        lock (gate)
        {
            return [.. connections.Keys];
        }
    }

    /// <summary>Closes every connection without a word, as a crash would, and keeps the sessions: for tests of what clients do then.</summary>
    public void CutConnections()
    {
        foreach (BrokerConnection connection in Snapshot())
        {
            connection.Cut();
        }
    }

    /// <summary>Forgets sessions and retained messages, as a broker without persistence does when it restarts, and cuts every connection.</summary>
    public void Forget()
    {
        exchange.Forget();
        CutConnections();
    }

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        await sweep.DisposeAsync();
        foreach (BrokerConnection connection in Snapshot())
        {
            connection.Close(MqttReason.ServerShuttingDown);
        }

        Task[] serving;
        lock (gate)
        {
            serving = [.. connections.Values];
        }

        await Task.WhenAll(serving);
        stopping.Dispose();
    }
}
