using SensorPipeline.Formats.Decoding;

namespace SensorPipeline.Worker.Listening;

/// <summary>Who hears the messages of a broker.</summary>
internal interface IAudience
{
    /// <summary>Whether it has heard enough.</summary>
    bool IsSatisfied { get; }

    /// <summary>Hears a message, on the connection's thread.</summary>
    void Hear(in Message message);
}
