using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// A run of evidence that a person would call one alarm: it opens with a reading that stands out or a change that shows, and closes after
/// twenty readings in a row without either. While it is open, what tells more takes the place of what tells less: an outlier may turn out to be a drift, a
/// change of the noise, a level shift or a stuck sensor, and is then superseded instead of told beside it. State: 24 bytes.
/// </summary>
internal struct Episode
{
    private const int QuietReadingsToClose = 20;

    private long sequence;
    private float highest;
    private byte quiet;

    /// <summary>Whether it goes on.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What it is taken for, as long as it is open.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>After one more reading.</summary>
    public void Observe(bool isEvidence)
    {
        quiet = isEvidence ? (byte)0 : (byte)Math.Min(quiet + 1, QuietReadingsToClose);
        if (quiet >= QuietReadingsToClose)
        {
            IsOpen = false;
        }
    }

    /// <summary>Whether a kind of alarm is news: nothing is open, or something that tells less.</summary>
    public readonly bool Admits(EventKind kind) => !IsOpen || Rank(kind) > Rank(Kind);

    /// <summary>The identifier of the event that this episode was told by, or null.</summary>
    public readonly string? IdOf(int sensor) => IsOpen ? StreamEvent.IdOf(sequence, Kind, sensor) : null;

    /// <summary>Is told, or told anew, as a kind of alarm by the event of this sequence number.</summary>
    public void Tell(EventKind kind, long by)
    {
        highest = IsOpen ? highest : 0;
        (sequence, Kind, quiet, IsOpen) = (by, kind, 0, true);
    }

    /// <summary>Damps what repeats within an episode: a rank counts in full only above all of the episode so far.</summary>
    public double Damp(double rank)
    {
        if (!IsOpen)
        {
            return rank;
        }

        double damped = rank > highest ? rank : rank / 2;
        highest = Math.Max(highest, (float)rank);
        return damped;
    }

    private static int Rank(EventKind kind) => kind switch
    {
        EventKind.Outlier => 0,
        EventKind.Drift => 1,
        EventKind.NoiseChange => 2,
        EventKind.LevelShift => 3,
        _ => 4,
    };
}
