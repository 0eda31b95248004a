namespace SensorPipeline.Statistics.Noise;

/// <summary>
/// What a sensor's noise is made of, read off Allan variances: σ²(τ) = N²/τ + B²·2ln2/π + K²(τ/3 + τ₀²/(6τ)) + R²·τ²/2, where the
/// second part of the walk is because readings are taken at instants, not averaged over their step. Each kind is fitted to the logarithms, weighted by the number of independent blocks, and the
/// Bayesian criterion chooses. Reliable from about 900 readings.
/// </summary>
/// <param name="Kind">The kind chosen.</param>
/// <param name="White">N², units²·s: the variance of a reading is N²/τ₀.</param>
/// <param name="Flicker">B², units².</param>
/// <param name="Walk">K², units²/s: the variance a value gains each second, the process noise of a fusion.</param>
/// <param name="Ramp">R², (units/s)².</param>
public readonly record struct NoiseProfile(NoiseKind Kind, double White, double Flicker, double Walk, double Ramp)
{
    private const double FlickerLevel = 0.44127120030530318; // 2·ln 2/π

    /// <summary>Recognises the noise in Allan deviations at octaves.</summary>
    /// <param name="step">τ₀, time between readings in seconds.</param>
    /// <param name="times">τ in seconds.</param>
    /// <param name="deviations">Allan deviation at each; NaN or 0 is passed over.</param>
    /// <param name="blocks">Number of independent blocks behind each: readings over readings a block.</param>
    public static NoiseProfile Recognize(double step, ReadOnlySpan<double> times, ReadOnlySpan<double> deviations, ReadOnlySpan<double> blocks)
    {
        Span<Point> points = new Point[times.Length];
        int count = 0;
        for (int i = 0; i < times.Length; i++)
        {
            if (deviations[i] > 0 && double.IsFinite(deviations[i]) && blocks[i] >= 4)
            {
                points[count++] = new(times[i], WalkTerm(times[i], step), deviations[i] * deviations[i], 0.5 * blocks[i]);
            }
        }

        return count < 3 ? new(NoiseKind.Unknown, double.NaN, double.NaN, double.NaN, double.NaN) : Choose(points[..count]);
    }

    /// <summary>Recognises the noise in evenly spaced readings.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="step">Time between them in seconds.</param>
    public static NoiseProfile Of(ReadOnlySpan<double> readings, double step)
    {
        double[] phase = AllanDeviation.Phase(readings, step);
        List<double> times = [], deviations = [], blocks = [];
        for (int m = 1; m <= readings.Length / 8; m *= 2)
        {
            times.Add(m * step);
            deviations.Add(AllanDeviation.Overlapping(phase, step, m));
            blocks.Add((double)readings.Length / m);
        }

        return Recognize(step, [.. times], [.. deviations], [.. blocks]);
    }

    private static NoiseProfile Choose(ReadOnlySpan<Point> points)
    {
        var best = new NoiseProfile(NoiseKind.White, SingleTerm(points, Shape(NoiseKind.White)), 0, 0, 0);
        double least = Misfit(points, best);
        foreach (NoiseKind kind in (ReadOnlySpan<NoiseKind>)[NoiseKind.Flicker, NoiseKind.RandomWalk, NoiseKind.Ramp])
        {
            double amount = SingleTerm(points, Shape(kind));
            var candidate = new NoiseProfile(kind, 0, kind == NoiseKind.Flicker ? amount : 0, kind == NoiseKind.RandomWalk ? amount : 0, kind == NoiseKind.Ramp ? amount : 0);
            double misfit = Misfit(points, candidate);
            (best, least) = misfit < least ? (candidate, misfit) : (best, least);
        }

        // One more number to choose has to earn what it costs; ten in twice the log likelihood is decisive.
        NoiseProfile mixed = TwoTerms(points);
        return mixed.White > 0 && mixed.Walk > 0 && Misfit(points, mixed) + 10 < least ? mixed : best;
    }

    private static double WalkTerm(double time, double step) => (time / 3) + (step * step / (6 * time));

    private static Func<Point, double> Shape(NoiseKind kind) => kind switch
    {
        NoiseKind.White => p => 1 / p.Time,
        NoiseKind.Flicker => _ => FlickerLevel,
        NoiseKind.RandomWalk => p => p.Walk,
        _ => p => 0.5 * p.Time * p.Time,
    };

    private static double SingleTerm(ReadOnlySpan<Point> points, Func<Point, double> shape)
    {
        double sum = 0, weights = 0;
        foreach (Point p in points)
        {
            sum += p.Weight * Math.Log(p.Variance / shape(p));
            weights += p.Weight;
        }

        return Math.Exp(sum / weights);
    }

    /// <summary>Least squares in N² and K² with weights relative to the fit of the round before.</summary>
    private static NoiseProfile TwoTerms(ReadOnlySpan<Point> points)
    {
        double white = 0, walk = 0;
        for (int round = 0; round < 20; round++)
        {
            double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;
            foreach (Point p in points)
            {
                double fit = round == 0 ? p.Variance : (white / p.Time) + (walk * p.Walk);
                double w = p.Weight / (fit * fit), a = 1 / p.Time, b = p.Walk;
                aa += w * a * a;
                ab += w * a * b;
                bb += w * b * b;
                ay += w * a * p.Variance;
                by += w * b * p.Variance;
            }

            double determinant = (aa * bb) - (ab * ab);
            (white, walk) = (((bb * ay) - (ab * by)) / determinant, ((aa * by) - (ab * ay)) / determinant);
            if (!(white > 0) || !(walk > 0))
            {
                return default;
            }
        }

        return new(NoiseKind.WhitePlusWalk, white, 0, walk, 0);
    }

    private static double Misfit(ReadOnlySpan<Point> points, NoiseProfile profile)
    {
        double sum = 0;
        foreach (Point p in points)
        {
            double model = (profile.White / p.Time) + (profile.Flicker * FlickerLevel) + (profile.Walk * p.Walk) + (0.5 * profile.Ramp * p.Time * p.Time);
            double d = Math.Log(p.Variance / model);
            sum += p.Weight * d * d;
        }

        return sum;
    }

    private readonly record struct Point(double Time, double Walk, double Variance, double Weight);
}
