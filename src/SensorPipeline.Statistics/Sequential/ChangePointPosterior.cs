using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// Posterior of the number of data since the last change point, with a constant hazard and a Normal-Inverse-Gamma predictive, in log space. For explanation afterwards and for tests: it costs a
/// predictive for every run length still in question, and one outlier is a change point to it. Beliefs are about the distance from the prior mean, so that a common offset costs no digits.
/// State: six numbers a run length. Reference: Adams and MacKay (2007).
/// </summary>
public sealed class ChangePointPosterior : IRestorable
{
    /// <summary>Numbers of one run length in a snapshot.</summary>
    private const int RunNumbers = 6;

    /// <summary>Rounding may take a logarithm of a probability above 0 by less than this.</summary>
    private const double LogSlack = 1e-9;

    private readonly double origin;
    private readonly NormalInverseGamma prior;
    private readonly double logHazard;
    private readonly double logSurvival;
    private readonly double leastProbability;
    private readonly int mostRuns;
    private readonly List<int> lengths = [0];
    private readonly List<double> logs = [0];
    private readonly List<NormalInverseGamma> beliefs;

    /// <summary>A posterior before the first datum.</summary>
    /// <param name="prior">What is believed of a segment before its first datum.</param>
    /// <param name="meanRunLength">Mean number of data between changes; the hazard is one over it.</param>
    /// <param name="leastProbability">Run lengths less probable than this are dropped; 0 keeps all.</param>
    /// <param name="mostRuns">Most run lengths kept.</param>
    public ChangePointPosterior(NormalInverseGamma prior, double meanRunLength, double leastProbability = 1e-6, int mostRuns = 500)
    {
        origin = prior.Mean;
        this.prior = prior with { Mean = 0 };
        logHazard = -Math.Log(meanRunLength);
        logSurvival = SpecialFunctions.Log1p(-1 / meanRunLength);
        this.leastProbability = leastProbability;
        this.mostRuns = mostRuns;
        beliefs = [this.prior];
    }

    /// <summary>The run lengths still in question, ascending.</summary>
    public IReadOnlyList<int> RunLengths => lengths;

    /// <summary>ln of the predictive density of the last datum; NaN before the first.</summary>
    public double LogEvidence { get; private set; } = double.NaN;

    /// <summary>The run length with the largest probability.</summary>
    public int MostProbableRunLength
    {
        get
        {
            int best = 0;
            for (int i = 1; i < logs.Count; i++)
            {
                best = logs[i] > logs[best] ? i : best;
            }

            return lengths[best];
        }
    }

    /// <summary>Probability of one of the kept run lengths.</summary>
    /// <param name="index">Its place in <see cref="RunLengths"/>.</param>
    public double Probability(int index) => Math.Exp(logs[index]);

    /// <summary>Probability that the last change is at most so many data ago.</summary>
    /// <param name="runLength">Number of data.</param>
    public double ProbabilityUpTo(int runLength)
    {
        double sum = 0;
        for (int i = 0; i < logs.Count && lengths[i] <= runLength; i++)
        {
            sum += Math.Exp(logs[i]);
        }

        return Math.Min(sum, 1);
    }

    /// <summary>Takes in a datum.</summary>
    /// <param name="x">The datum; one that is not finite changes nothing.</param>
    public void Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return;
        }

        for (int i = 0; i < logs.Count; i++)
        {
            logs[i] += beliefs[i].Predictive.LogDensity(x - origin);
            beliefs[i] = beliefs[i].Observe(x - origin);
            lengths[i]++;
        }

        LogEvidence = SpecialFunctions.LogSumExp(CollectionsMarshal.AsSpan(logs));
        for (int i = 0; i < logs.Count; i++)
        {
            logs[i] += logSurvival - LogEvidence;
        }

        lengths.Insert(0, 0);
        logs.Insert(0, logHazard);
        beliefs.Insert(0, prior);
        Prune();
    }

    /// <inheritdoc/>
    public int SnapshotLength => 1 + (RunNumbers * logs.Count);

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        state[0] = LogEvidence;
        for (int i = 0; i < logs.Count; i++)
        {
            Span<double> run = state.Slice(1 + (RunNumbers * i), RunNumbers);
            (run[0], run[1]) = (lengths[i], logs[i]);
            (run[2], run[3], run[4], run[5]) = beliefs[i];
        }
    }

    /// <summary>Takes the run lengths of a snapshot; the prior, the hazard and the limits are those of this posterior.</summary>
    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        int runs = (state.Length - 1) / RunNumbers;
        SnapshotState.RequireLength(state, runs >= 1 && runs <= Math.Max(mostRuns, 1) && state.Length == 1 + (RunNumbers * runs));
        double least = 0;
        for (int i = 0; i < runs; i++)
        {
            ReadOnlySpan<double> run = state.Slice(1 + (RunNumbers * i), RunNumbers);
            least = 1 + SnapshotState.Whole(run[0], (long)least, int.MaxValue / 2, "run lengths out of order");
            SnapshotState.Require(run[1] is <= LogSlack, "a probability out of range");
            SnapshotState.RequireFinite(run[2..], "a belief that is not finite");
        }

        lengths.Clear();
        logs.Clear();
        beliefs.Clear();
        for (int i = 0; i < runs; i++)
        {
            ReadOnlySpan<double> run = state.Slice(1 + (RunNumbers * i), RunNumbers);
            lengths.Add((int)run[0]);
            logs.Add(run[1]);
            beliefs.Add(new(run[2], run[3], run[4], run[5]));
        }

        LogEvidence = state[0];
    }

    private void Prune()
    {
        double least = leastProbability > 0 ? Math.Log(leastProbability) : double.NegativeInfinity;
        for (int i = logs.Count - 1; i > 0; i--)
        {
            if (logs[i] < least || i >= mostRuns)
            {
                lengths.RemoveAt(i);
                logs.RemoveAt(i);
                beliefs.RemoveAt(i);
            }
        }

        double sum = SpecialFunctions.LogSumExp(CollectionsMarshal.AsSpan(logs));
        for (int i = 0; i < logs.Count; i++)
        {
            logs[i] -= sum;
        }
    }
}
