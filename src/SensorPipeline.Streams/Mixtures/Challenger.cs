using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// A refit on trial beside the model in force. Both judge every frame before they learn it, and no frame it is tried on was in its window, so that Λ = Π p(frame | challenger)/p(frame | in force) is a
/// test martingale: while the frames follow the model in force Λ ever reaches 20 with a probability of at most 1/20 (Ville 1939; Dawid 1984). The challenger takes over when it does, and is given up at
/// 1/20.
/// </summary>
internal sealed class Challenger(MixtureInForce model, double evidence, int frames)
{
    /// <summary>ln 20.</summary>
    private const double Clear = 2.995732273553991;

    // Two frames at least must speak for it: one alone is an outlier. Cutting gains keeps the bound.
    private const double MostGain = 0.75 * Clear;

    /// <summary>The refit, as it has learned since.</summary>
    public MixtureInForce Model { get; } = model;

    /// <summary>ln Λ.</summary>
    public double Evidence { get; private set; } = evidence;

    /// <summary>Frames since the window it was fitted to.</summary>
    public int Frames { get; private set; } = frames;

    /// <summary>Whether it is clearly better than the model in force.</summary>
    public bool IsClearlyBetter => Evidence >= Clear;

    /// <summary>Whether it is clearly worse.</summary>
    public bool IsClearlyWorse => Evidence <= -Clear;

    /// <summary>Judges and learns a frame that the model in force gave this log density, NaN where there is nothing to compare with.</summary>
    public void Observe(ReadOnlySpan<double> values, double logDensityInForce, double elapsed)
    {
        Model.Revise();
        (double logDensity, double p) = Model.Judge(values);
        double gain = logDensity - logDensityInForce;
        Evidence += double.IsNaN(gain) ? 0 : Math.Clamp(gain, -MostGain, MostGain);
        Frames++;
        Model.Learn(values, p, elapsed);
    }

    /// <summary>Writes a challenger, or that there is none.</summary>
    public static void Save(SnapshotWriter writer, Challenger? saved)
    {
        MixtureInForce.Save(writer, saved?.Model);
        writer.Write(saved?.Evidence ?? 0);
        writer.Write(saved?.Frames ?? 0);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static Challenger? Load(ref SnapshotReader reader, MixtureOptions options)
    {
        MixtureInForce? model = MixtureInForce.Load(ref reader, options);
        (double evidence, int frames) = (reader.Read<double>(), reader.Read<int>());
        return model is null ? null : new Challenger(model, evidence, frames);
    }
}
