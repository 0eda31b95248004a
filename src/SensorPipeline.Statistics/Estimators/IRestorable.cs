namespace SensorPipeline.Statistics.Estimators;

/// <summary>
/// An estimator that lives in an object, since its state is too large to copy for each datum: its state can be written down and brought back bit by bit into one made with the same parameters.
/// Whole numbers are kept as such; they are exact up to 2⁵³.
/// </summary>
public interface IRestorable
{
    /// <summary>The number of doubles of a snapshot taken now.</summary>
    int SnapshotLength { get; }

    /// <summary>Writes the state; <see cref="Restore"/> brings it back bit by bit.</summary>
    /// <param name="state">At least <see cref="SnapshotLength"/> numbers.</param>
    void Snapshot(Span<double> state);

    /// <summary>Takes the state of a snapshot. The input is not trusted: one that is refused changes nothing, one that is taken cannot harm.</summary>
    /// <param name="state">What <see cref="Snapshot"/> wrote, no more and no less.</param>
    /// <exception cref="ArgumentException">The length is not that of a snapshot of such an estimator.</exception>
    /// <exception cref="InvalidDataException">The numbers cannot be the state of such an estimator.</exception>
    void Restore(ReadOnlySpan<double> state);
}
