using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Whoever has packets to send.</summary>
internal interface IPacketSource
{
    /// <summary>Appends what is due; returns true when these are the last bytes of the connection.</summary>
    bool Fill(PacketWriter writer);

    /// <summary>What <see cref="Fill"/> appended has been handed to the socket.</summary>
    void OnWritten();
}

/// <summary>Writes what a source has, as much as there is in one write, and sleeps until woken.</summary>
internal sealed class SendPump(Stream stream, IPacketSource source)
{
    /// <summary>A source stops filling about here, so that one write stays short.</summary>
    public const int Chunk = 128 << 10;

    private readonly PacketWriter writer = new(4096);
    private readonly Signal signal = new();
    private volatile bool aborted;

    public void Wake() => signal.Set();

    /// <summary>Sends what is due on the caller's stack, if the pump sleeps: one write, and what comes after it elsewhere.</summary>
    public void SendHere() => signal.Set(here: true);

    /// <summary>Ends the pump without writing anything more.</summary>
    public void Abort()
    {
        aborted = true;
        signal.Set();
    }

    public async Task RunAsync()
    {
        bool lent = false;
        bool wrote = false;
        while (!aborted)
        {
            writer.Clear();
            bool last = source.Fill(writer);
            if (writer.Length > 0)
            {
                if (lent && wrote)
                {
                    // The read loop, whose stack this is, has other things to do than a second write.
                    lent = false;
                    await Task.Yield();
                }

                await stream.WriteAsync(writer.Written);
                source.OnWritten();
                wrote = true;
            }
            else if (!last)
            {
                lent = await signal.WaitAsync();
                wrote = false;
            }

            if (last)
            {
                return;
            }
        }
    }
}
