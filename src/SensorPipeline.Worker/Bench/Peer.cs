using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace SensorPipeline.Worker.Bench;

/// <summary>
/// The other end, in a process of its own so that its work is in no figure: pours messages at whoever connects and subscribes, or publishes
/// to a broker without end.
/// </summary>
internal sealed class Peer : IDisposable
{
    private const int BlockLength = 20_000;
    private const int Window = 1000;
    private readonly Process process;

    private Peer(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    /// <summary>Where it pours.</summary>
    public int Port { get; }

    /// <summary>Starts one that pours with a QoS.</summary>
    public static Peer Pour(int qos)
    {
        Process process = Start("--pour", $"{qos}");
        return new Peer(process, int.Parse(process.StandardOutput.ReadLine() ?? throw new EndOfStreamException(), CultureInfo.InvariantCulture));
    }

    /// <summary>Starts one that publishes with QoS 0 to a broker.</summary>
    public static Peer Blast(int port) => new(Start("--blast", $"{port}"), port);

    private static Process Start(params string[] arguments)
    {
        string executable = Environment.ProcessPath!;
        string[] hosted = Path.GetFileNameWithoutExtension(executable) == "dotnet" ? [Assembly.GetEntryAssembly()!.Location] : [];
        return Process.Start(new ProcessStartInfo(executable, [.. hosted, "bench", .. arguments]) { RedirectStandardOutput = true })!;
    }

    /// <summary>What the other process does with <c>--pour</c>: serves one subscriber until it leaves.</summary>
    public static void RunPour(int qos, TextWriter output)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        output.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        output.Flush();
        using var subscriber = new RawConnection(listener.AcceptSocket());
        bool v5 = subscriber.Next()[8] == 5;
        subscriber.Send(v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]);
        ReadOnlySpan<byte> subscribe = subscriber.Next();
        subscriber.Send(v5 ? [0x90, 4, subscribe[2], subscribe[3], 0, (byte)qos] : [0x90, 3, subscribe[2], subscribe[3], (byte)qos]);
        if (qos == 0)
        {
            PourFreely(subscriber, v5);
        }
        else
        {
            PourInWindows(subscriber, v5);
        }
    }

    private static void PourFreely(RawConnection subscriber, bool v5)
    {
        var block = new Dated(RawPackets.Block(BlockLength, 0, 0, v5));
        while (true)
        {
            subscriber.Send(block.Advance());
        }
    }

    private static void PourInWindows(RawConnection subscriber, bool v5)
    {
        Dated[] blocks = [new(RawPackets.Block(Window, 1, 1, v5)), new(RawPackets.Block(Window, 1, 1 + Window, v5))];
        long sent = 0;
        long acknowledged = 0;
        for (int i = 0; ; i ^= 1)
        {
            subscriber.Send(blocks[i].Advance());
            sent += Window;
            while (sent - acknowledged > Window)
            {
                acknowledged += subscriber.Count(type: 4);
            }
        }
    }

    /// <summary>What the other process does with <c>--blast</c>.</summary>
    public static void RunBlast(int port)
    {
        using RawConnection broker = RawConnection.Open("127.0.0.1", port, "bench-blast");
        byte[] block = RawPackets.Block(BlockLength, 0, 0);
        while (true)
        {
            broker.Send(block);
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>A block of messages whose times step on by a millisecond whenever a sensor comes again.</summary>
    private sealed class Dated
    {
        private readonly byte[] block;
        private readonly List<int> times = [];
        private long at = 1763700000000;

        public Dated(byte[] block)
        {
            this.block = block;
            for (int end = 0, length; (length = RawPackets.Frame(block.AsSpan(end))) > 0;)
            {
                end += length;
                times.Add(end - 1 - RawPackets.TimeDigits);
            }
        }

        public ReadOnlySpan<byte> Advance()
        {
            for (int i = 0; i < times.Count; i++)
            {
                at += i % RawPackets.Sensors == 0 ? 1 : 0;
                Utf8Formatter.TryFormat(at, block.AsSpan(times[i], RawPackets.TimeDigits), out _);
            }

            return block;
        }
    }
}
