using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Filters;

/// <summary>
/// Kalman filter in Joseph form. Predict: x = F·x, P = F·P·Fᵀ + Q. Update: y = z − H·x, S = H·P·Hᵀ + R, K = P·Hᵀ·S⁻¹, x += K·y, P = (I−KH)·P·(I−KH)ᵀ + K·R·Kᵀ, which stays symmetric and positive
/// where the short form does not. State and work space are allocated once; steps allocate nothing. A missing observation is a prediction without an update.
/// </summary>
public sealed class KalmanFilter : IRestorable
{
    private readonly KalmanModel model;
    private readonly double[] x;
    private readonly double[] p;
    private readonly double[] y;
    private readonly double[] s;
    private readonly double[] gain;
    private readonly double[] cross;
    private readonly double[] work;

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
        cross = new double[n * m];
        work = new double[larger * larger];
    }

    /// <summary>x.</summary>
    public ReadOnlySpan<double> State => x;

    /// <summary>P.</summary>
    public ReadOnlySpan<double> Covariance => p;

    /// <summary>Normalised innovation squared yᵀS⁻¹y of the last update, χ² with m degrees of freedom for an honest filter; NaN before one.</summary>
    public double NormalizedInnovationSquared { get; private set; } = double.NaN;

    /// <summary>Log density ln N(y; 0, S) of the last update; NaN before one.</summary>
    public double LogLikelihood { get; private set; } = double.NaN;

    /// <inheritdoc/>
    public int SnapshotLength => 2 + x.Length + p.Length;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        (state[0], state[1]) = (NormalizedInnovationSquared, LogLikelihood);
        x.CopyTo(state[2..]);
        p.CopyTo(state[(2 + x.Length)..]);
    }

    /// <summary>Takes the state of a snapshot; the model is that of this filter.</summary>
    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        SnapshotState.RequireFinite(state[2..], "a belief that is not finite");
        (NormalizedInnovationSquared, LogLikelihood) = (state[0], state[1]);
        state.Slice(2, x.Length).CopyTo(x);
        state[(2 + x.Length)..].CopyTo(p);
    }

    /// <summary>Moves the state on by one step.</summary>
    public void Predict()
    {
        int n = model.States;
        DenseMatrix.Multiply(model.Transition, x, y, n, n, 1);
        y.AsSpan(0, n).CopyTo(x);
        DenseMatrix.Multiply(model.Transition, p, work, n, n, n);
        DenseMatrix.AddProductTransposed(model.ProcessNoise, work, model.Transition, p, n, n, n, 1);
    }

    /// <summary>Takes in an observation. False, and no change, when S is not positive definite or the observation not finite.</summary>
    /// <param name="z">m numbers.</param>
    public bool Update(ReadOnlySpan<double> z)
    {
        int n = model.States, m = model.Observations;
        if (m == 1)
        {
            return UpdateOne(z[0]);
        }

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

        // cross is P·Hᵀ; its rows are the right sides for the gain's rows.
        DenseMatrix.MultiplyTransposed(p, h, cross, n, n, m);
        DenseMatrix.Multiply(h, cross, work, m, n, m);
        for (int i = 0; i < s.Length; i++)
        {
            s[i] = work[i] + model.ObservationNoise[i];
        }

        if (!TryGain(innovation, n, m))
        {
            return false;
        }

        Correct(innovation, n, m);
        return true;
    }

    private bool TryGain(ReadOnlySpan<double> innovation, int n, int m)
    {
        if (!Cholesky.TryFactor(s, s, m))
        {
            return false;
        }

        cross.AsSpan().CopyTo(gain);
        for (int i = 0; i < n; i++)
        {
            Cholesky.Solve(s, gain.AsSpan(i * m, m));
        }

        Span<double> whitened = work.AsSpan(0, m);
        innovation.CopyTo(whitened);
        Cholesky.SolveLower(s, whitened);
        double sum = 0;
        foreach (double v in whitened)
        {
            sum += v * v;
        }

        NormalizedInnovationSquared = sum;
        LogLikelihood = (-0.5 * (sum + Cholesky.LogDeterminant(s, m))) - (m * SpecialFunctions.LogRootTwoPi);
        return true;
    }

    /// <summary>Joseph's form without ever building I − KH: first P₁ = (I−KH)·P = P − K·(PHᵀ)ᵀ, then P₁·(I−KH)ᵀ + K·R·Kᵀ = P₁ + (K·R − P₁·Hᵀ)·Kᵀ.</summary>
    private void Correct(ReadOnlySpan<double> innovation, int n, int m)
    {
        DenseMatrix.AddProductTransposed(x, gain, innovation, x, n, m, 1, 1);
        DenseMatrix.AddProductTransposed(p, gain, cross, p, n, m, n, -1);
        DenseMatrix.Multiply(gain, model.ObservationNoise, work, n, m, m);
        DenseMatrix.MultiplyTransposed(p, model.Observation, cross, n, n, m);
        for (int i = 0; i < cross.Length; i++)
        {
            work[i] -= cross[i];
        }

        DenseMatrix.AddProductTransposed(p, work, gain, p, n, m, n, 1);
        DenseMatrix.Symmetrize(p, n);
    }

    /// <summary>The same for one observed number, the common case: no factor, and each row of P corrected in one go.</summary>
    private bool UpdateOne(double z)
    {
        int n = model.States;
        ReadOnlySpan<double> h = model.Observation.AsSpan(0, n);
        Span<double> c = cross.AsSpan(0, n), k = gain.AsSpan(0, n);
        double noise = model.ObservationNoise[0], variance = noise, innovation = z;
        for (int i = 0; i < n; i++)
        {
            c[i] = Dot(p.AsSpan(i * n, n), h);
            innovation -= h[i] * x[i];
            variance += h[i] * c[i];
        }

        if (!(variance > 0) || !double.IsFinite(variance) || !double.IsFinite(innovation))
        {
            return false;
        }

        double inverse = 1 / variance;
        for (int i = 0; i < n; i++)
        {
            k[i] = c[i] * inverse;
            x[i] += k[i] * innovation;
        }

        for (int i = 0; i < n; i++)
        {
            Span<double> row = p.AsSpan(i * n, n);
            AddScaled(row, c, -k[i]);
            AddScaled(row, k, (k[i] * noise) - Dot(row, h));
        }

        DenseMatrix.Symmetrize(p, n);
        NormalizedInnovationSquared = innovation * innovation * inverse;
        LogLikelihood = (-0.5 * (NormalizedInnovationSquared + Math.Log(variance))) - SpecialFunctions.LogRootTwoPi;
        return true;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void AddScaled(Span<double> sum, ReadOnlySpan<double> term, double factor)
    {
        for (int i = 0; i < sum.Length && i < term.Length; i++)
        {
            sum[i] += factor * term[i];
        }
    }
}
