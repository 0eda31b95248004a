namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// Whether a condition has lasted: it begins after five frames in a row in which it holds, and ends after five in which it does not.
/// State: one integer, negative while it lasts and is absent.
/// </summary>
internal readonly record struct Persistence(int Count)
{
    private const int Frames = 5;

    /// <summary>Whether the condition lasts.</summary>
    public bool Lasts => Count is Frames or < 0;

    /// <summary>After one more frame.</summary>
    public Persistence Observe(bool holds) => new((holds, Lasts) switch
    {
        (true, true) => Frames,
        (true, false) => Count + 1,
        (false, true) => Count == Frames ? 1 - Frames : Count + 1,
        (false, false) => 0,
    });
}
