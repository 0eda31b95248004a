namespace SensorPipeline.Streams.Snapshots;

/// <summary>
/// Where the states of sensors that have long said nothing lie, so that they take neither memory nor room in every checkpoint: a table of records on disk.
/// A record that is released keeps its content for as long as a kept checkpoint may refer to it.
/// </summary>
public interface IStateArchive
{
    /// <summary>How long a sensor says nothing before its state is set aside.</summary>
    TimeSpan IdleAfter { get; }

    /// <summary>Stores a state and returns what names it, which is not negative, or −1 where there is no room now: the state then stays in memory.</summary>
    long Add(ReadOnlySpan<byte> state);

    /// <summary>Reads a state back. It stays where it is.</summary>
    /// <exception cref="IOException">It cannot be read, or is not what was stored.</exception>
    void Read(long name, Span<byte> state);

    /// <summary>The state is in memory again.</summary>
    void Release(long name);

    /// <summary>A restored graph refers to these states and to no others.</summary>
    /// <param name="names">What names them.</param>
    /// <param name="stateBytes">Bytes of a state.</param>
    /// <exception cref="IOException">There are no such states.</exception>
    void Hold(ReadOnlySpan<long> names, int stateBytes);
}
