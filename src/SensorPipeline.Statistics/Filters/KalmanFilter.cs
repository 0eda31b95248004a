using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Filters;

/// <summary>
/// Kalman filter in Joseph form. Predict: x = F·x, P = F·P·Fᵀ + Q. Update: y = z − H·x, S = H·P·Hᵀ + R, K = P·Hᵀ·S⁻¹, x += K·y, P = (I−KH)·P·(I−KH)ᵀ + K·R·Kᵀ, which stays symmetric and positive
/// where the short form does not. State and work space are allocated once; steps allocate nothing. A missing observation is a prediction without an update.
/// </summary>
public sealed class KalmanFilter
{
    private readonly KalmanModel model;
    private readonly double[] x;
    private readonly double[] p;
    private readonly double[] y;
    private readonly double[] s;
    private readonly double[] gain;
    private readonly double[] a;
    private readonly double[] b;

    /// <summary>A filter at its start.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">x, n numbers.</param>
    /// <param name="covariance">P, n×n.</param>
    public KalmanFilter(KalmanModel model, ReadOnlySpan<double> state, ReadOnlySpan<double> covariance)
    {
        this.model = model;
        int n = model.States, m = model.Observations, larger = Math.Max(n, m);
        x = state[..n].ToArray();
        p = covariance[..(n * n)].ToArray();
        y = new double[larger];
        s = new double[m * m];
        gain = new double[n * m];
        a = new double[larger * larger];
        b = new double[larger * larger];
    }

    /// <summary>x.</summary>
    public ReadOnlySpan<double> State => x;

    /// <summary>P.</summary>
    public ReadOnlySpan<double> Covariance => p;

    /// <summary>Normalised innovation squared yᵀS⁻¹y of the last update, χ² with m degrees of freedom for an honest filter; NaN before one.</summary>
    public double NormalizedInnovationSquared { get; private set; } = double.NaN;

    /// <summary>Log density ln N(y; 0, S) of the last update; NaN before one.</summary>
    public double LogLikelihood { get; private set; } = double.NaN;

    /// <summary>Moves the state on by one step.</summary>
    public void Predict()
    {
        int n = model.States;
        DenseMatrix.Multiply(model.Transition, x, y, n, n, 1);
        y.AsSpan(0, n).CopyTo(x);
        DenseMatrix.Multiply(model.Transition, p, a, n, n, n);
        DenseMatrix.MultiplyTransposed(a, model.Transition, p, n, n, n);
        Add(p, model.ProcessNoise);
    }

    /// <summary>Takes in an observation. False, and no change, when S is not positive definite or the observation not finite.</summary>
    /// <param name="z">m numbers.</param>
    public bool Update(ReadOnlySpan<double> z)
    {
        int n = model.States, m = model.Observations;
        ReadOnlySpan<double> h = model.Observation;
        Span<double> innovation = y.AsSpan(0, m);
        DenseMatrix.Multiply(h, x, innovation, m, n, 1);
        for (int i = 0; i < m; i++)
        {
            innovation[i] = z[i] - innovation[i];
            if (!double.IsFinite(innovation[i]))
            {
                return false;
            }
        }

        // P·Hᵀ, whose rows are the right sides for the gain's rows.
        DenseMatrix.MultiplyTransposed(p, h, gain, n, n, m);
        DenseMatrix.Multiply(h, gain, s, m, n, m);
        Add(s, model.ObservationNoise);
        if (!Cholesky.TryFactor(s, s, m))
        {
            return false;
        }

        for (int i = 0; i < n; i++)
        {
            Cholesky.Solve(s, gain.AsSpan(i * m, m));
        }

        Correct(innovation, n, m);
        Judge(innovation, m);
        return true;
    }

    private void Correct(ReadOnlySpan<double> innovation, int n, int m)
    {
        // a = I − K·H
        DenseMatrix.Multiply(gain, model.Observation, a, n, m, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                a[(i * n) + j] = (i == j ? 1 : 0) - a[(i * n) + j];
            }

            for (int j = 0; j < m; j++)
            {
                x[i] += gain[(i * m) + j] * innovation[j];
            }
        }

        DenseMatrix.Multiply(a, p, b, n, n, n);
        DenseMatrix.MultiplyTransposed(b, a, p, n, n, n);
        DenseMatrix.Multiply(gain, model.ObservationNoise, b, n, m, m);
        DenseMatrix.MultiplyTransposed(b, gain, a, n, m, n);
        Add(p, a);
        DenseMatrix.Symmetrize(p, n);
    }

    private void Judge(Span<double> innovation, int m)
    {
        Cholesky.SolveLower(s, innovation);
        double sum = 0;
        foreach (double v in innovation)
        {
            sum += v * v;
        }

        NormalizedInnovationSquared = sum;
        LogLikelihood = (-0.5 * (sum + Cholesky.LogDeterminant(s, m))) - (m * SpecialFunctions.LogRootTwoPi);
    }

    private static void Add(Span<double> sum, ReadOnlySpan<double> term)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += term[i];
        }
    }
}
