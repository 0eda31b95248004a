using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>What a sensor's readings show together that none shows alone.</summary>
/// <param name="Kind">A level shift, a drift or a change of the noise.</param>
/// <param name="Began">When the level shifted; <see cref="EventTime.None"/> for the other kinds.</param>
/// <param name="From">The level before; NaN for a change of the noise.</param>
/// <param name="To">The level now; for a change of the noise above 0 where it grew, else below.</param>
/// <param name="Readings">How many readings ago it began.</param>
/// <param name="Probability">Of being declared by chance, a reading.</param>
internal readonly record struct Change(Results.EventKind Kind, EventTime Began, double From, double To, int Readings, double Probability)
{
    /// <summary>Whether the noise shrank.</summary>
    public bool IsQuieter => Kind == Results.EventKind.NoiseChange && To < 0;
}
