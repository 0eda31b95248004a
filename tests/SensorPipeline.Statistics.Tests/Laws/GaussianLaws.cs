using SensorPipeline.Statistics.Gaussians;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class GaussianLaws
{
    [Fact]
    public void Fusing_is_commutative_and_associative() => Law.Holds(random =>
    {
        Gaussian a = Draw(random), b = Draw(random), c = Draw(random);
        Compare(a * b, b * a);
        Compare(a * b * c, a * (b * c));
    });

    [Fact]
    public void No_information_changes_no_bit() => Law.Holds(random =>
    {
        Gaussian a = Draw(random);
        Law.SameBits(a, a * Gaussian.MultiplicativeIdentity);
        Law.SameBits(a, Gaussian.MultiplicativeIdentity * a);
    });

    [Fact]
    public void Certainty_wins() => Law.Holds(random =>
    {
        Gaussian certain = new(random.Next(-100, 100), 0), other = Draw(random);
        Assert.Equal(certain, certain * other);
        Assert.Equal(certain, other * certain);
    });

    [Fact]
    public void Taking_a_factor_out_leaves_the_other() => Law.Holds(random =>
    {
        Gaussian a = Draw(random), b = Draw(random);
        Gaussian left = a * b / b;
        Law.Close(a.Mean, left.Mean, 1e-6, 100);
        Law.Close(a.Variance, left.Variance, 1e-6);
    });

    [Fact]
    public void Natural_parameters_add_where_beliefs_multiply() => Law.Holds(random =>
    {
        Gaussian a = Draw(random), b = Draw(random);
        Compare(a * b, (a.Natural + b.Natural).Gaussian);
    });

    [Fact]
    public void Vague_beliefs_of_any_size_do_not_overflow()
    {
        Gaussian vague = new(5, 1e300);
        Assert.Equal(new Gaussian(5, 5e299), vague * vague);
        Gaussian fused = vague * new Gaussian(20, 0.25);
        Assert.Equal(20, fused.Mean);
        Assert.Equal(0.25, fused.Variance);
    }

    [Fact]
    public void The_product_is_the_density_up_to_its_scale() => Law.Holds(random =>
    {
        Gaussian a = Draw(random), b = Draw(random);
        double x = random.Next(-10, 10);
        Law.Close(a.LogDensity(x) + b.LogDensity(x), (a * b).LogDensity(x) + a.LogScale(b), 1e-9, 1);
    });

    private static Gaussian Draw(Random random) => new(20 * (random.NextDouble() - 0.5), Math.Pow(10, 2 * (random.NextDouble() - 0.5)));

    private static void Compare(Gaussian want, Gaussian got)
    {
        Law.Close(want.Mean, got.Mean, 1e-12, 1);
        Law.Close(want.Variance, got.Variance, 1e-12);
    }
}
