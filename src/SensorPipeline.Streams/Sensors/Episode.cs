namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// A run of evidence that a person would call one alarm: it opens with a flagged reading and closes after twenty in a row that are not.
/// State: 16 bytes.
/// </summary>
/// <param name="Opened">Sequence number of the input that opened it.</param>
/// <param name="Quiet">Unflagged readings in a row since the last flagged one.</param>
/// <param name="IsOpen">Whether it goes on.</param>
public readonly record struct Episode(long Opened, int Quiet, bool IsOpen)
{
    private const int QuietReadingsToClose = 20;

    /// <summary>After one more reading.</summary>
    public Episode Observe(bool isFlagged, long sequence)
    {
        if (isFlagged)
        {
            return IsOpen ? this with { Quiet = 0 } : new Episode(sequence, 0, true);
        }

        return IsOpen && Quiet + 1 < QuietReadingsToClose ? this with { Quiet = Quiet + 1 } : default;
    }
}
