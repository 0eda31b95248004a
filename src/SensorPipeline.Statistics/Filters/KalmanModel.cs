namespace SensorPipeline.Statistics.Filters;

/// <summary>
/// A linear Gaussian model: x ← F·x + noise(Q), z = H·x + noise(R). Matrices are row-major. A static quantity read by several sensors is F = I with Q growing by the step, so fusion in time is the
/// same code path.
/// </summary>
public sealed class KalmanModel
{
    /// <summary>A model from its matrices.</summary>
    /// <param name="transition">F, n×n.</param>
    /// <param name="processNoise">Q, n×n.</param>
    /// <param name="observation">H, m×n.</param>
    /// <param name="observationNoise">R, m×m.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public KalmanModel(double[] transition, double[] processNoise, double[] observation, double[] observationNoise)
    {
        States = (int)Math.Sqrt(transition.Length);
        Observations = (int)Math.Sqrt(observationNoise.Length);
        if (States * States != transition.Length || processNoise.Length != transition.Length || observation.Length != Observations * States
            || Observations * Observations != observationNoise.Length)
        {
            throw new ArgumentException("F and Q want n×n numbers, H m×n, R m×m.", nameof(observation));
        }

        Transition = transition;
        ProcessNoise = processNoise;
        Observation = observation;
        ObservationNoise = observationNoise;
    }

    /// <summary>Number of states, n.</summary>
    public int States { get; }

    /// <summary>Number of observed numbers, m.</summary>
    public int Observations { get; }

    /// <summary>F.</summary>
    public double[] Transition { get; }

    /// <summary>Q.</summary>
    public double[] ProcessNoise { get; }

    /// <summary>H.</summary>
    public double[] Observation { get; }

    /// <summary>R.</summary>
    public double[] ObservationNoise { get; }
}
