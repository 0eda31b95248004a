using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Moments;

namespace SensorPipeline.Statistics.Robust;

/// <summary>
/// Location and scale of a fat-tailed stream: online maximum likelihood of Student's t by parameter-expanded expectation maximisation.
/// <para>
/// w = (ν+1)/(ν + d²/s²); W ← λW + w; μ += w·d/W; S ← λS + w·d(x − μ); s² = S/W, with λ the share retained before each datum:
/// <c>state.Retain(1 − gain).Observe(x)</c>. The pull of an outlier at r scales falls as 1/r and never quite vanishes, so a true shift of level is learned in about the
/// memory. References: Lange, Little and Taylor (1989); Liu, Rubin and Wu (1998).
/// </para>
/// <para>It breaks down at a share of outliers near 1/(ν+1): start it from a median and a MAD. The scale is not the standard deviation; that is s·√(ν/(ν−2)).
/// NaN before the first datum; all data equal give scale 0. State: six doubles.</para>
/// </summary>
public readonly record struct StudentTLocation : IEstimator<StudentTLocation>, IForgetful<StudentTLocation>
{
    private const double DefaultDegreesOfFreedom = 8;

    private readonly double high;
    private readonly double low;
    private readonly double weight;
    private readonly double squaredWeight;
    private readonly double spread;
    private readonly double degreesOfFreedom;

    private StudentTLocation(double high, double low, double weight, double squaredWeight, double spread, double degreesOfFreedom)
    {
        this.high = high;
        this.low = low;
        this.weight = weight;
        this.squaredWeight = squaredWeight;
        this.spread = spread;
        this.degreesOfFreedom = degreesOfFreedom;
    }

    /// <summary>Sum of the weights, W.</summary>
    public double Weight => weight;

    /// <summary>Number of equally weighted data that would know as much; 0 before the first.</summary>
    public double EffectiveSampleSize => weight > 0 ? weight * (weight / squaredWeight) : 0;

    /// <summary>Centre μ.</summary>
    public double Location => weight > 0 ? high + low : double.NaN;

    /// <summary>Squared scale s².</summary>
    public double SquaredScale => weight > 0 ? spread / weight : double.NaN;

    /// <summary>Scale s, in the unit of the data.</summary>
    public double Scale => Math.Sqrt(SquaredScale);

    /// <summary>Degrees of freedom ν the weights assume; 8 unless started or set otherwise.</summary>
    public double DegreesOfFreedom
    {
        get => degreesOfFreedom > 0 ? degreesOfFreedom : DefaultDegreesOfFreedom;
        init => degreesOfFreedom = value;
    }

    /// <summary>Standard deviation s·√(ν/(ν−2)); infinite for ν ≤ 2.</summary>
    public double StandardDeviation => DegreesOfFreedom > 2 ? Scale * Math.Sqrt(DegreesOfFreedom / (DegreesOfFreedom - 2)) : double.PositiveInfinity;

    /// <summary>The fitted distribution.</summary>
    public StudentT Distribution => new(DegreesOfFreedom, Location, Scale);

    /// <summary>Starts from a known location and scale, as a median and a normalised MAD.</summary>
    /// <param name="location">Centre.</param>
    /// <param name="scale">Scale.</param>
    /// <param name="degreesOfFreedom">ν &gt; 0.</param>
    /// <param name="weight">How many data the start is worth; 1/gain starts the recursion in its steady state.</param>
    public static StudentTLocation Start(double location, double scale, double degreesOfFreedom, double weight) =>
        new(location, 0, weight, weight, scale * scale * weight, degreesOfFreedom);

    /// <summary>Residual over scale, (x − μ)/s; NaN while the scale is 0.</summary>
    /// <param name="x">A value.</param>
    public double StandardScore(double x) => (x - high - low) * Math.Sqrt(weight / spread);

    /// <summary>Scores a value: exact log tails beyond two scales, where a tail may begin; in the body the normal score alone, which costs one logarithm.</summary>
    /// <param name="x">A value.</param>
    /// <param name="tail">The tail of <see cref="DegreesOfFreedom"/>, prepared once for as long as they stay.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StudentTScore Score(double x, StudentTTail tail)
    {
        double residual = StandardScore(x);
        double normal = tail.NormalScore(residual);
        if (Math.Abs(residual) <= StudentTScore.BodyEdge)
        {
            return new(residual, normal, 0, 0);
        }

        double score = -tail.LogSurvivalProbability(Math.Abs(residual));
        return residual > 0 ? new(residual, normal, score, 0) : new(residual, normal, 0, score);
    }

    /// <inheritdoc/>
    public StudentTLocation Retain(double share) =>
        new(high, low, share * weight, share * share * squaredWeight, share * spread, degreesOfFreedom);

    /// <inheritdoc/>
    public StudentTLocation Observe(double x) => Observe(x, 0, out _);

    /// <summary>The estimator after one more datum, with a floor under the scale and the weight the datum got.</summary>
    /// <param name="x">The datum; one that is not finite leaves the estimator as it is.</param>
    /// <param name="scaleFloor">Smallest scale to assume when weighing: the resolution of a quantised sensor over √12.</param>
    /// <param name="dataWeight">w in (0, (ν+1)/ν]: about 1 in the body, small for an outlier; 0 for a datum that is not finite.</param>
    public StudentTLocation Observe(double x, double scaleFloor, out double dataWeight)
    {
        if (!double.IsFinite(x))
        {
            dataWeight = 0;
            return this;
        }

        double nu = DegreesOfFreedom;
        double d = x - high - low;
        double floored = Math.Max(spread, scaleFloor * scaleFloor * weight);

        // Without any scale yet every datum counts in full: the first two give one.
        bool scaled = floored > 0;
        double above = scaled ? (nu + 1) * floored : 1, below = scaled ? (nu * floored) + (d * d * weight) : 1;

        // w and w/(W+w) from the same two numbers, so that neither division waits for the other.
        double w = above / below;
        double step = d * (above / ((weight * below) + above));
        (double h, double l) = HighLow.Step(high, low, step);
        dataWeight = w;
        return new StudentTLocation(h, l, weight + w, squaredWeight + (w * w), spread + (w * d * (d - step)), degreesOfFreedom);
    }
}
