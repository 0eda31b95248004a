namespace SensorPipeline.Statistics.Mixtures;

/// <summary>How the number of components is searched for.</summary>
public sealed record MixtureSearchOptions
{
    /// <summary>The greatest number of components considered.</summary>
    public int MaximumComponents { get; init; } = 8;

    /// <summary>By what it is chosen.</summary>
    public MixtureCriterion Criterion { get; init; }

    /// <summary>Rows there must be for each free parameter.</summary>
    public double RowsPerParameter { get; init; } = 2;

    /// <summary>The budget: passes × rows × components. No more components are considered once it is spent.</summary>
    public double Work { get; init; } = 1e8;

    /// <summary>Seed of the starts.</summary>
    public int Seed { get; init; } = 1;
}
