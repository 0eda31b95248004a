namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>The client's end of a connection in memory. Bytes travel when they are told to, in pieces of any size, and are lost when the wire breaks.</summary>
internal sealed class Wire : Stream
{
    private readonly Queue<byte> toClient = new();
    private readonly Queue<byte> toBroker = new();
    private int readable;
    private Memory<byte> wanted;
    private TaskCompletionSource<int>? reading;

    public bool IsBroken { get; private set; }

    /// <summary>Bytes under way to the client.</summary>
    public int Incoming => toClient.Count - readable;

    /// <summary>Bytes under way to the broker.</summary>
    public int Outgoing => toBroker.Count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The broker sends.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            toClient.Enqueue(value);
        }
    }

    /// <summary>So many bytes reach the client.</summary>
    public void Deliver(int count)
    {
        readable += Math.Min(count, Incoming);
        Answer();
    }

    /// <summary>So many bytes reach the broker.</summary>
    public byte[] Take(int count)
    {
        var bytes = new byte[Math.Min(count, toBroker.Count)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = toBroker.Dequeue();
        }

        return bytes;
    }

    public void Break()
    {
        IsBroken = true;
        Answer();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsBroken || readable > 0)
        {
            return ValueTask.FromResult(Read(buffer.Span));
        }

        wanted = buffer;
        reading = new TaskCompletionSource<int>();
        return new ValueTask<int>(reading.Task);
    }

    public override int Read(Span<byte> buffer)
    {
        int count = IsBroken ? 0 : Math.Min(readable, buffer.Length);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = toClient.Dequeue();
        }

        readable -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsBroken)
        {
            throw new IOException("the wire is broken");
        }

        foreach (byte value in buffer)
        {
            toBroker.Enqueue(value);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Break();
        base.Dispose(disposing);
    }

    private void Answer()
    {
        if (reading is not { } waiting || (readable == 0 && !IsBroken))
        {
            return;
        }

        reading = null;
        int count = Read(wanted.Span);

        // The pipe does not ask for a context; without one here it goes on at once instead of on another thread.
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            waiting.SetResult(count);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
