using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// One group's estimate, frame by frame: the filter bank predicts, the members that agree with the prediction and with each other correct it, and then their noise, their
/// correlations and their offsets are learned from what they said against the prediction. A member that is absent, repeats itself for longer than by chance, or copies another adds nothing: what
/// it said before is in the bank already, and the bank's variance grows with time.
/// </summary>
internal sealed class GroupFusion(Group group, SensorNames names, DetectionOptions budget) : ISnapshot
{
    private const double GateProbability = 1e-4;
    private const double WidenBelow = 0.01;
    private const double CoverageBand = 3.8414588206941236;
    private const double CoverageMemory = 1000;
    private const double LevelMemory = 100;
    private const double PredictionMemory = 200;
    private const int RefreshEvery = 8;
    private const int FramesToJump = 3;
    private const double JumpAgreement = 4;
    private const double MostSteps = 1e6;
    private const double StaleVariance = 10;
    private const double NeighbourTolerance = 0.3;

    private static readonly double Gate = new ChiSquared(1).InverseSurvivalProbability(GateProbability);

    private readonly NoiseCovariance noise = new();
    private readonly Offsets offsets = new();
    private readonly NoiseMemory memory = new();
    private readonly FilterBank bank = new();
    private readonly Consensus consensus = new();
    private readonly Disagreements disagreements = new(group, names);
    private Conduct[] conduct = [];
    private double[] residuals = [];
    private double[] sorted = [];
    private double[] criticals = [];
    private double[] rounding = [];
    private MemberStatus[] statuses = [];
    private TypicalInterval interval;
    private State state = State.New;

    /// <summary>Fused frames whose normalised innovation squared lay inside its 95 % band, and all fused frames.</summary>
    public (long Inside, long Frames) Coverage => (state.Inside, state.Fused);

    /// <summary>Fuses one frame by what was known before it, then learns from it.</summary>
    public void Process(in Frame frame, ReadOnlySpan<double> values, FusionBatch output)
    {
        Grow(values.Length);
        consensus.Clear();
        state.NormalisedInnovationSquared = double.NaN;
        if (!values.ContainsAnyExcept(double.NaN))
        {
            // All members have fallen silent: what they said stays, but it is no estimate of now.
            Answer(frame, values, double.NaN, double.NaN, output);
            return;
        }

        Note(values);
        double steps = StepsTo(frame.Time);
        if (!bank.IsStarted)
        {
            Begin(values);
            Answer(frame, values, double.NaN, double.NaN, output);
            return;
        }

        bank.Predict(steps, memory.Fused);
        if (Math.Abs(steps - 1) > NeighbourTolerance)
        {
            memory.Interrupt();
        }

        double predicted = bank.Mean;
        double predictedVariance = bank.Variance;
        Attempt attempt = Fuse(values);
        // Of a contradiction the next frames tell whether it was a jump; until then it is either as likely as not.
        double doubt = attempt == Attempt.Doubtful ? 0.5 * consensus.Residual : 0;
        Answer(frame, values, bank.Mean + doubt, bank.Variance + (doubt * doubt) + LastingVariance(), output);
        if (attempt != Attempt.Jump)
        {
            Learn(values, predicted, predictedVariance);
        }
    }

    /// <summary>The members' parts in the latest estimate, in the order of the group's members.</summary>
    public FusedMember[] Describe()
    {
        var described = new FusedMember[conduct.Length];
        for (int i = 0; i < described.Length; i++)
        {
            bool isKnown = bank.IsStarted && noise.IsKnown(i);
            described[i] = new FusedMember
            {
                Sensor = group.Members[i],
                Bias = isKnown ? offsets[i] : double.NaN,
                BiasStandardDeviation = isKnown ? Math.Sqrt(offsets.Variance(i) + offsets.GaugeVariance) : double.NaN,
                NoiseStandardDeviation = isKnown ? Math.Sqrt(noise.Variance(i)) : double.NaN,
                Status = statuses[i],
            };
        }

        for (int k = 0; k < consensus.Count; k++)
        {
            ref FusedMember member = ref described[consensus.Members[k]];
            member = member with { Weight = consensus.Weight(k) };
        }

        return described;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        noise.Save(writer);
        offsets.Save(writer);
        memory.Save(writer);
        bank.Save(writer);
        disagreements.Save(writer);
        writer.WriteSpan<Conduct>(conduct);
        writer.Write(interval);
        writer.Write(state);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        noise.Load(ref reader);
        offsets.Load(ref reader);
        memory.Load(ref reader);
        bank.Load(ref reader);
        disagreements.Load(ref reader);
        conduct = reader.ReadArray<Conduct>();
        interval = reader.Read<TypicalInterval>();
        state = reader.Read<State>();
        if (noise.Members != conduct.Length || offsets.Members != conduct.Length)
        {
            throw new InvalidDataException($"The snapshot of group {group.Name} disagrees with itself about how many members there are.");
        }

        residuals = new double[conduct.Length];
        sorted = new double[conduct.Length];
        criticals = new double[conduct.Length];
        rounding = new double[conduct.Length];
        statuses = new MemberStatus[conduct.Length];
        consensus.Grow(conduct.Length);
    }

    private void Grow(int members)
    {
        if (members <= conduct.Length)
        {
            return;
        }

        int known = conduct.Length;
        Array.Resize(ref conduct, members);
        conduct.AsSpan(known).Fill(Conduct.New);
        residuals = new double[members];
        sorted = new double[members];
        criticals = new double[members];
        rounding = new double[members];
        Array.Resize(ref statuses, members);
        noise.Grow(members);
        offsets.Grow(members);
        memory.Grow(members);
        consensus.Grow(members);
        disagreements.Grow(members);
    }

    private void Note(ReadOnlySpan<double> values)
    {
        noise.Compare(values);
        for (int i = 0; i < values.Length; i++)
        {
            conduct[i] = double.IsNaN(values[i]) ? conduct[i] : conduct[i].Observe(values[i]);
        }
    }

    private double StepsTo(EventTime time)
    {
        TimeSpan elapsed = state.Last.IsSome ? time - state.Last : TimeSpan.Zero;
        interval = interval.Observe(elapsed);
        state.Last = EventTime.Max(state.Last, time);
        return interval.Count == 0 ? 1 : Math.Clamp(elapsed.TotalSeconds / interval.Seconds, 0, MostSteps);
    }

    // Before there is anything to predict by: members are compared with the median of a frame ago.
    private void Begin(ReadOnlySpan<double> values)
    {
        double now = Median(values);
        for (int i = 0; i < values.Length; i++)
        {
            residuals[i] = values[i] - state.Reference;
            if (!double.IsNaN(residuals[i]))
            {
                offsets.Observe(i, residuals[i], Math.Sqrt(noise.ResidualVariance(i)), Offsets.LeastBeyond);
            }
        }

        noise.Observe(residuals.AsSpan(0, values.Length), now);
        state.Reference = double.IsNaN(now) ? state.Reference : now;
        if (++state.Frames < RefreshEvery)
        {
            return;
        }

        Refresh(0);
        Ask(values, now);
        consensus.Solve(noise.Covariance, offsets, double.PositiveInfinity, Gate);
        if (consensus.Count > 0)
        {
            bank.Start(now + consensus.Residual, consensus.Variance);
            state.Level = consensus.Variance;
            state.Prediction = consensus.Variance;
        }
    }

    private double Median(ReadOnlySpan<double> values)
    {
        int count = 0;
        foreach (double value in values)
        {
            sorted[count] = value;
            count += double.IsNaN(value) ? 0 : 1;
        }

        sorted.AsSpan(0, count).Sort();
        return count == 0 ? double.NaN : SampleQuantiles.MedianOfSorted(sorted.AsSpan(0, count));
    }

    private Attempt Fuse(ReadOnlySpan<double> values)
    {
        double predicted = bank.Mean;
        // What the innovations are wider by than the members' noise is a noise they share.
        double common = bank.Variance + (Math.Max(0, bank.Scale - 1) * state.Level);
        Ask(values, predicted);
        consensus.Solve(noise.Covariance, offsets, common, Gate);
        bool contradicts = Contradicts();
        if (contradicts)
        {
            Ask(values, predicted);
            consensus.Solve(noise.Covariance, offsets, double.PositiveInfinity, Gate);
        }

        state.Contradicted = contradicts ? state.Contradicted : 0;
        if (consensus.Count == 0)
        {
            return Attempt.Nothing;
        }

        double reading = predicted + consensus.Residual;
        double variance = consensus.Variance * Widening();
        if (!contradicts)
        {
            Cover(bank.Update(reading, variance));
            return Attempt.Update;
        }

        if (Persists())
        {
            bank.Start(reading, variance);
            return Attempt.Jump;
        }

        bank.Doubt(reading, variance);
        return Attempt.Doubtful;
    }

    private void Ask(ReadOnlySpan<double> values, double predicted)
    {
        consensus.Clear();
        AskThose(values, predicted, fresh: true, settled: true);
        if (consensus.Asked == 0)
        {
            AskThose(values, predicted, fresh: false, settled: true);
        }

        if (consensus.Asked == 0)
        {
            AskThose(values, predicted, fresh: false, settled: false);
        }
    }

    private void AskThose(ReadOnlySpan<double> values, double predicted, bool fresh, bool settled)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]) && noise.IsKnown(i) && (!fresh || conduct[i].IsFresh) && (!settled || !offsets.IsMoving(i)) && !IsRedundant(i))
            {
                consensus.Ask(i, values[i] - offsets[i] - predicted);
            }
        }
    }

    // A copy of a member asked already is not new evidence. Of two whose correlation is unknown covariance intersection takes the one with the smaller variance.
    private bool IsRedundant(int member)
    {
        foreach (int other in consensus.Members)
        {
            if (noise.IsCopy(member, other) || (!noise.IsPairKnown(member, other) && noise.Variance(member) >= noise.Variance(other)))
            {
                return true;
            }
        }

        return false;
    }

    // The prediction is wrong, and not a member, where most members contradict it at once, or all there are.
    private bool Contradicts()
    {
        int gated = consensus.Asked - consensus.Count;
        return (gated >= 2 && gated > consensus.Count) || (consensus.Count == 0 && consensus.Asked > 0);
    }

    // A jump lasts; a noise that members share comes and goes.
    private bool Persists()
    {
        bool isSame = state.Contradicted > 0 &&
            Math.Abs(consensus.Residual - state.Jumped) < JumpAgreement * Math.Sqrt(consensus.Variance + state.JumpedVariance);
        state.Contradicted = isSame ? state.Contradicted + 1 : 1;
        (state.Jumped, state.JumpedVariance) = (consensus.Residual, consensus.Variance);
        return state.Contradicted >= FramesToJump;
    }

    // Members that disagree by more than their noise weigh less together, by the Birge ratio squared.
    private double Widening()
    {
        int freedom = consensus.Count - 1;
        double birge = freedom > 0 ? consensus.ChiSquare / freedom : 1;
        state.IsWidened = birge > 1 && consensus.ChiSquare > WidenAbove(freedom);
        return state.IsWidened ? birge : 1;
    }

    private double WidenAbove(int freedom)
    {
        ref double critical = ref criticals[freedom];
        critical = critical > 0 ? critical : new ChiSquared(freedom).InverseSurvivalProbability(WidenBelow);
        return critical;
    }

    private void Cover(double normalisedInnovationSquared)
    {
        bool isInside = normalisedInnovationSquared <= CoverageBand;
        state.Fused++;
        state.Inside += isInside ? 1 : 0;
        state.Covered += ((isInside ? 1 : 0) - state.Covered) / Math.Min(state.Fused, CoverageMemory);
        state.NormalisedInnovationSquared = normalisedInnovationSquared;
        state.Level += (consensus.Variance - state.Level) / LevelMemory;
    }

    // What is wrong with a correction, or by rounding, stays wrong frame after frame: no filter averages it away. Rounding errs the same way in all members.
    private double LastingVariance()
    {
        double variance = offsets.GaugeVariance;
        double rounded = 0;
        for (int k = 0; k < consensus.Count; k++)
        {
            double weight = consensus.Weight(k);
            int member = consensus.Members[k];
            variance += weight * weight * offsets.Variance(member);
            rounded += Math.Abs(weight) * Math.Sqrt(conduct[member].LastingRounding(noise.Variance(member)));
        }

        return variance + (rounded * rounded);
    }

    private void Learn(ReadOnlySpan<double> values, double predicted, double predictedVariance)
    {
        double beyond = Offsets.Beyond(budget.FalseAlarmsPerSensorPerDay, interval.Seconds);
        for (int k = 0; k < consensus.Asked; k++)
        {
            ref Conduct member = ref conduct[consensus.Members[k]];
            member = member.Judge(k >= consensus.Count);
        }

        for (int i = 0; i < values.Length; i++)
        {
            double deviation = double.NaN;
            residuals[i] = conduct[i].IsFresh || !noise.IsKnown(i) ? values[i] - offsets[i] - predicted : double.NaN;
            if (!double.IsNaN(residuals[i]) && noise.IsKnown(i))
            {
                double recent = offsets.Recent(i);
                (double others, double variance) = consensus.Without(i);
                if (double.IsFinite(variance))
                {
                    double expected = Math.Sqrt(noise.Variance(i) + variance);
                    deviation = statuses[i] == MemberStatus.Fused ? (residuals[i] - others) / expected : double.NaN;
                    offsets.Observe(i, residuals[i] - others, expected, beyond * Excuse(i));
                }

                residuals[i] = conduct[i].IsWild ? double.NaN : residuals[i] - (offsets.IsMoving(i) ? recent : 0);
            }

            memory.Observe(i, deviation);
            conduct[i] = conduct[i] with { IsGated = false };
        }

        noise.Observe(residuals.AsSpan(0, values.Length), predicted);
        state.Prediction += (predictedVariance - state.Prediction) / Math.Min(++state.Frames, PredictionMemory);
        if (state.Frames % RefreshEvery == 0)
        {
            Refresh(state.Prediction);
        }

        if (!noise.KnowsAny)
        {
            bank.Stop();
        }
    }

    // A recent mean of noise that remembers is wider, where the members' noise does: one that alone remembers is drifting.
    private double Excuse(int member) =>
        Math.Sqrt(Math.Min(memory.Of(member).RedundancyWithin(Offsets.ShortMemory), memory.Fused.RedundancyWithin(Offsets.ShortMemory)));

    private void Refresh(double predictionVariance)
    {
        for (int i = 0; i < conduct.Length; i++)
        {
            rounding[i] = conduct[i].Rounding;
        }

        noise.Refresh(predictionVariance, rounding);
        memory.Refresh(noise);
        offsets.Refresh(noise);
        consensus.Forget();
    }

    private void Answer(in Frame frame, ReadOnlySpan<double> values, double mean, double variance, FusionBatch output)
    {
        // What was said long ago is no estimate once it is worse than any member alone, by far; what was said now always is one.
        bool isRecent = consensus.Count > 0 || (noise.KnowsAny && bank.Variance <= StaleVariance * noise.Greatest);
        bool isAvailable = bank.IsStarted && isRecent && double.IsFinite(variance);
        bool isDivided = offsets.GaugeVariance > bank.Variance;
        bool isInconsistent = disagreements.Observe(isAvailable && ((state.IsWidened && consensus.Count > 1) || state.Contradicted > 0 || isDivided));
        NoteStatuses(values.Length);
        output.Estimates.Add() = new FusedEstimate
        {
            Sequence = frame.Sequence,
            Group = frame.Group,
            Time = frame.Time,
            Mean = isAvailable ? mean : double.NaN,
            Variance = isAvailable ? variance : double.NaN,
            Members = consensus.Count,
            Gated = consensus.Asked - consensus.Count,
            ChiSquare = consensus.Count > 0 ? consensus.ChiSquare : 0,
            NormalisedInnovationSquared = state.NormalisedInnovationSquared,
            Coverage = state.Fused > 0 ? state.Covered : double.NaN,
            Status = !isAvailable ? FusionStatus.Unavailable : isInconsistent ? FusionStatus.Inconsistent : FusionStatus.Consistent,
        };
        if (isAvailable)
        {
            disagreements.Tell(frame, values, statuses, output);
        }
    }

    private void NoteStatuses(int count)
    {
        for (int i = 0; i < count; i++)
        {
            statuses[i] = offsets.IsMoving(i) ? MemberStatus.Moving : bank.IsStarted && noise.IsKnown(i) ? MemberStatus.Absent : MemberStatus.Unknown;
        }

        for (int k = 0; k < consensus.Asked; k++)
        {
            statuses[consensus.Members[k]] = k < consensus.Count ? MemberStatus.Fused : MemberStatus.Gated;
        }
    }

    private enum Attempt
    {
        Nothing,
        Update,
        Doubtful,
        Jump,
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State
    {
        public EventTime Last;
        public double Reference;
        public double Level;
        public double Prediction;
        public double Jumped;
        public double JumpedVariance;
        public double Covered;
        public double NormalisedInnovationSquared;
        public long Fused;
        public long Inside;
        public int Frames;
        public int Contradicted;
        public bool IsWidened;

        public static State New => new() { Last = EventTime.None, Reference = double.NaN };
    }
}
