namespace SensorPipeline.Worker.Discovery;

/// <summary>A proposed source, and what it made of the messages that were heard.</summary>
/// <param name="Source">The source.</param>
/// <param name="Topics">How many of the topics it takes.</param>
/// <param name="Sensors">How many sensors they feed.</param>
/// <param name="Examples">A few readings.</param>
internal sealed record SourceFinding(ProposedSource Source, int Topics, int Sensors, IReadOnlyList<string> Examples);
