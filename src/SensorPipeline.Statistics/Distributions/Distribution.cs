namespace SensorPipeline.Statistics.Distributions;

/// <summary>What every distribution can answer from the members of <see cref="IDistribution{TSelf}"/>.</summary>
public static class Distribution
{
    /// <summary>Members of every distribution.</summary>
    /// <typeparam name="T">The distribution.</typeparam>
    /// <param name="distribution">Its value.</param>
    extension<T>(T distribution)
        where T : unmanaged, IDistribution<T>
    {
        /// <summary>Square root of the variance.</summary>
        public double StandardDeviation => Math.Sqrt(distribution.Variance);

        /// <summary>The value that half the probability lies below.</summary>
        public double Median => distribution.Quantile(0.5);

        /// <summary>Probability density at x.</summary>
        /// <param name="x">A value.</param>
        public double Density(double x) => Math.Exp(distribution.LogDensity(x));

        /// <summary>P(a &lt; X ≤ b), from the tail in which the interval lies; 0 when b ≤ a.</summary>
        /// <param name="a">Lower end.</param>
        /// <param name="b">Upper end.</param>
        public double IntervalProbability(double a, double b)
        {
            if (double.IsNaN(a) || double.IsNaN(b) || b <= a)
            {
                return double.IsNaN(a) || double.IsNaN(b) ? double.NaN : 0;
            }

            double above = distribution.SurvivalProbability(a);
            return above <= 0.5
                ? above - distribution.SurvivalProbability(b)
                : distribution.CumulativeProbability(b) - distribution.CumulativeProbability(a);
        }

        /// <summary>The central interval that holds a share of the probability, as 0.95.</summary>
        /// <param name="confidence">Share in [0,1].</param>
        public (double Lower, double Upper) Interval(double confidence)
        {
            double tail = 0.5 * (1 - confidence);
            return (distribution.Quantile(tail), distribution.InverseSurvivalProbability(tail));
        }

        /// <summary>Fills a span with independent draws.</summary>
        /// <param name="random">The source of randomness, seeded by the caller.</param>
        /// <param name="draws">Where they go.</param>
        public void Sample(Random random, Span<double> draws)
        {
            foreach (ref double draw in draws)
            {
                draw = distribution.Sample(random);
            }
        }
    }
}
