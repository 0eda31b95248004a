using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Discovery;

/// <summary>A source that was made up for topics that were heard.</summary>
/// <param name="What">What devices send this, for a person.</param>
/// <param name="Options">The source.</param>
internal sealed record ProposedSource(string What, SourceOptions Options)
{
    /// <summary>Whether it stays even where nothing that was heard gives a reading yet.</summary>
    public bool IsCertain { get; init; }
}
