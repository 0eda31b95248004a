namespace SensorPipeline.Streams.Sensors;

/// <summary>What a sensor has alarmed by so far. State: 56 bytes, kept only of sensors that have.</summary>
internal struct AlarmRecord
{
    /// <summary>Alarms by kind.</summary>
    public EpisodeCounts Counts;

    /// <summary>At what times of day.</summary>
    public DailyPattern Pattern;
}
