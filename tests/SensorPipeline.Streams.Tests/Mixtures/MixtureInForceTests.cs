using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Mixtures;

public class MixtureInForceTests
{
    private static readonly MixtureOptions Options = new() { Name = "group", Members = ["#"], MaximumComponents = 3 };

    [Fact]
    public void Frames_that_lie_together_where_no_component_is_become_one()
    {
        MixtureInForce model = Model([1], 0);
        int needed = Learn(model, 1, 30, frames: 40);
        Assert.InRange(needed, 8, 12);
        GaussianMixture learned = model.ToMixture();
        Assert.Equal(30, learned.Mean(1)[0], 0.5);
        Assert.Equal(40.0 / 540, learned.MixingWeights[1], 0.01);
    }

    [Fact]
    public void Frames_that_lie_apart_are_outliers_and_no_component()
    {
        MixtureInForce model = Model([1], 0);
        var random = new Random(2);
        for (int frame = 0; frame < 400; frame++)
        {
            Learn(model, [1000 * (random.NextDouble() - 0.5), 1000 * (random.NextDouble() - 0.5)]);
        }

        Assert.Equal(1, model.Components);
    }

    [Fact]
    public void No_more_components_are_born_than_a_mixture_may_have()
    {
        MixtureInForce model = Model([1], 0);
        for (int regime = 1; regime < 6; regime++)
        {
            Learn(model, regime, 30 * regime, frames: 40);
        }

        Assert.Equal(3, model.Components);
    }

    [Fact]
    public void Components_that_have_become_one_are_combined()
    {
        MixtureInForce model = Model([0.5, 0.5], 0, 0.3);
        Learn(model, 3, 0.15, frames: 400);
        Assert.Equal(1, model.Components);
        Assert.Equal(0.15, model.ToMixture().Mean(0)[0], 0.15);
        MixtureInForce apart = Model([0.5, 0.5], 0, 3);
        var random = new Random(4);
        for (int frame = 0; frame < 1000; frame++)
        {
            Learn(apart, random, random.Next(2) * 3);
        }

        Assert.Equal(2, apart.Components);
    }

    [Fact]
    public void A_component_whose_frames_are_forgotten_is_dropped()
    {
        MixtureInForce model = Model([0.9, 0.1], 0, 30);
        Learn(model, 5, 0, frames: 2000);
        Assert.Equal(2, model.Components);
        Learn(model, 6, 0, frames: 2500);
        Assert.Equal(1, model.Components);
    }

    [Fact]
    public void A_frame_after_a_gap_counts_as_much_as_what_is_forgotten_in_it()
    {
        MixtureInForce dense = Model([1], 0), sparse = Model([1], 0);
        Learn(dense, 7, 1, frames: 400, elapsed: 1);
        Learn(sparse, 7, 1, frames: 100, elapsed: 4);
        Assert.Equal(dense.ToMixture().Mean(0)[0], sparse.ToMixture().Mean(0)[0], 0.15);
    }

    [Fact]
    public void A_model_with_a_component_just_born_goes_on_from_its_snapshot_to_the_bit()
    {
        MixtureInForce model = Model([1], 0);
        Learn(model, 8, 30, frames: 21);
        Learn(model, 9, -40, frames: 6);
        var writer = new SnapshotWriter();
        MixtureInForce.Save(writer, model);
        var reader = new SnapshotReader(writer.Written.ToArray());
        MixtureInForce restored = MixtureInForce.Load(ref reader, Options)!;
        Assert.True(reader.IsAtEnd);
        Learn(model, 10, -40, frames: 30);
        Learn(restored, 10, -40, frames: 30);
        Assert.Equal(3, model.Components);
        Assert.Equal(model.ToMixture().Means.ToArray(), restored.ToMixture().Means.ToArray());
        Assert.Equal(model.ToMixture().Covariances.ToArray(), restored.ToMixture().Covariances.ToArray());
        Assert.Equal(model.ToMixture().MixingWeights.ToArray(), restored.ToMixture().MixingWeights.ToArray());
    }

    /// <summary>Round components of unit variance along the first channel, fitted to 500 frames.</summary>
    private static MixtureInForce Model(double[] weights, params double[] centers) => new(
        new RefittedMixture(new GaussianMixture(weights, [.. centers.SelectMany(x => new[] { x, 0 })], [.. centers.SelectMany(_ => new double[] { 1, 0, 0, 1 })]), 500, 0, [1e-6, 1e-6], 0),
        Options);

    /// <summary>Learns frames about a place; returns after how many there was another number of components.</summary>
    private static int Learn(MixtureInForce model, int seed, double center, int frames, double elapsed = 1)
    {
        var random = new Random(seed);
        (int components, int changed) = (model.Components, -1);
        for (int frame = 1; frame <= frames; frame++)
        {
            Learn(model, random, center, elapsed);
            changed = changed < 0 && model.Components != components ? frame : changed;
        }

        return changed;
    }

    private static void Learn(MixtureInForce model, Random random, double center, double elapsed = 1) =>
        Learn(model, [center + Normal.Standard.Sample(random), Normal.Standard.Sample(random)], elapsed);

    private static void Learn(MixtureInForce model, double[] values, double elapsed = 1)
    {
        (_, double p) = model.Judge(values);
        model.Learn(values, p, elapsed);
        model.Revise();
    }
}
