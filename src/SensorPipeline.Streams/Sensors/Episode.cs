using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// A run of evidence that a person would call one alarm: it opens with a reading that stands out or a change that shows, and closes after
/// twenty readings in a row without either. While it is open, what tells more takes the place of what tells less: an outlier may turn out to
/// be a change of the noise, a level shift or a stuck sensor, a shift to be a stuck sensor, and is then superseded instead of told beside it. Where the noise
/// grew, outliers belong to it until the forecast knows the new noise, but a shift does not. State: 16 bytes.
/// </summary>
internal struct Episode
{
    private const int QuietReadingsToClose = 20;
    private const int ReadingsToKnowNoise = 500;

    private long sequence;
    private short age;
    private byte quiet;

    /// <summary>Whether it is what the sensor does every day, of which nothing is told.</summary>
    public bool IsPattern { get; private set; }

    /// <summary>Whether it goes on.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>What it is taken for, as long as it is open.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>After one more reading.</summary>
    /// <param name="isBeyond">Whether it stands out.</param>
    /// <param name="isLoud">Whether the noise is still greater than it used to be.</param>
    public void Observe(bool isBeyond, bool isLoud)
    {
        if (!IsOpen)
        {
            return;
        }

        age = (short)Math.Min(age + 1, ReadingsToKnowNoise);
        bool isNoise = Kind == EventKind.NoiseChange && isLoud && age < ReadingsToKnowNoise;
        quiet = isBeyond || isNoise ? (byte)0 : (byte)(quiet + 1);
        IsOpen = quiet < QuietReadingsToClose;
    }

    /// <summary>Whether a kind of alarm is an alarm of its own, whatever is open.</summary>
    public readonly bool IsNew(EventKind kind) => !IsOpen || (IsPattern && kind > Kind) || (Kind == EventKind.NoiseChange && kind > EventKind.Outlier && kind != EventKind.NoiseChange);

    /// <summary>Whether it turns out to be of a kind that tells more.</summary>
    public readonly bool IsSupersededBy(EventKind kind) => IsOpen && !IsPattern && Kind switch
    {
        EventKind.Outlier => kind is EventKind.NoiseChange or EventKind.LevelShift or EventKind.Stuck,
        EventKind.LevelShift => kind is EventKind.Stuck,
        _ => false,
    };

    /// <summary>The identifier of the event that this episode was told by.</summary>
    public readonly string IdOf(int sensor) => StreamEvent.IdOf(sequence, Kind, sensor);

    /// <summary>Is told, or told anew, as a kind of alarm by the event of this sequence number.</summary>
    public void Tell(EventKind kind, long by) => (sequence, Kind, age, quiet, IsOpen, IsPattern) = (by, kind, 0, 0, true, false);

    /// <summary>Begins with what the sensor does every day.</summary>
    public void Expect(EventKind kind) => (Kind, age, quiet, IsOpen, IsPattern) = (kind, 0, 0, true, true);
}
