namespace SensorPipeline.Formats.Decoding;

/// <summary>Counts since the process started. One thread writes; any may read, each count by itself.</summary>
public sealed class DecodeCounters
{
    private readonly long[] rejected = new long[Enum.GetValues<RejectReason>().Length];
    private readonly long[] adjusted = new long[Enum.GetValues<Adjustment>().Length];
    private long accepted;

    /// <summary>Readings taken.</summary>
    public long Accepted => Volatile.Read(ref accepted);

    /// <summary>Messages or values rejected for a reason.</summary>
    public long Rejected(RejectReason reason) => Volatile.Read(ref rejected[(int)reason]);

    /// <summary>How often something had to be assumed.</summary>
    public long Adjusted(Adjustment adjustment) => Volatile.Read(ref adjusted[(int)adjustment]);

    internal void Accept(int readings) => accepted += readings;

    internal void Reject(RejectReason reason) => rejected[(int)reason]++;

    internal void Adjust(Adjustment adjustment) => adjusted[(int)adjustment]++;
}
