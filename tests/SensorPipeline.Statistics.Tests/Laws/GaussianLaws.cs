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

    [Fact]
    public void Scalar_distances_are_those_of_one_dimension() => Law.Holds(random =>
    {
        Gaussian a = Draw(random), b = Draw(random);
        MultivariateGaussian one = new([a.Mean], [a.Variance]), other = new([b.Mean], [b.Variance]);
        Law.Close(GaussianDistance.KullbackLeibler(one, other), GaussianDistance.KullbackLeibler(a, b), 1e-12, 1);
        Law.Close(GaussianDistance.Bhattacharyya(one, other), GaussianDistance.Bhattacharyya(a, b), 1e-12, 1);
        Law.Close(GaussianDistance.SquaredHellinger(one, other), GaussianDistance.SquaredHellinger(a, b), 1e-12, 1);
        Law.Close(GaussianDistance.SquaredWasserstein(one, other), GaussianDistance.SquaredWasserstein(a, b), 1e-12, 100);
        Assert.Equal(0, GaussianDistance.KullbackLeibler(a, a));
    });

    [Fact]
    public void Fusing_vectors_is_commutative_and_adds_information() => Law.Holds(random =>
    {
        MultivariateGaussian a = DrawVector(random), b = DrawVector(random);
        MultivariateGaussian ab = a * b, ba = b * a;
        Law.Close(ab.Mean.ToArray(), ba.Mean.ToArray(), 1e-9, 10);
        Law.Close(ab.Covariance.ToArray(), ba.Covariance.ToArray(), 1e-9, 10);
        (double[] precision, double[] information) = a.ToInformation();
        (double[] precisionB, double[] informationB) = b.ToInformation();
        MultivariateGaussian added = GaussianAlgebra.FromInformation(
            [.. precision.Zip(precisionB, (x, y) => x + y)], [.. information.Zip(informationB, (x, y) => x + y)]);
        Law.Close(added.Mean.ToArray(), ab.Mean.ToArray(), 1e-9, 10);
    });

    [Fact]
    public void A_covariance_that_is_none_answers_NaN()
    {
        var improper = new MultivariateGaussian([0, 0], [1, 2, 2, 1]);
        Assert.False(improper.IsProper);
        Assert.Equal(double.NaN, improper.LogDensity([0, 0]));
        Assert.Equal(double.NaN, (improper * improper).Mean[0]);
        Assert.False(ConditionalGaussian.TryImpute(improper, [0, 0], new double[2]));
    }

    private static MultivariateGaussian DrawVector(Random random)
    {
        double a = random.NextDouble() - 0.5, b = 0.1 + random.NextDouble(), c = 0.1 + random.NextDouble();
        return new([10 * random.NextDouble(), -10 * random.NextDouble()], [b * b, a * b * c, a * b * c, c * c]);
    }

    private static Gaussian Draw(Random random) => new(20 * (random.NextDouble() - 0.5), Math.Pow(10, 2 * (random.NextDouble() - 0.5)));

    private static void Compare(Gaussian want, Gaussian got)
    {
        Law.Close(want.Mean, got.Mean, 1e-12, 1);
        Law.Close(want.Variance, got.Variance, 1e-12);
    }
}
