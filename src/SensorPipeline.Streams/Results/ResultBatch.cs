using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Sensors;

namespace SensorPipeline.Streams.Results;

/// <summary>
/// Everything the graph says of one batch of inputs, typed, each kind in order of the inputs that caused it; <see cref="Visit"/> gives
/// all of it in one order. Valid until the graph's next batch.
/// </summary>
public sealed class ResultBatch
{
    private SensorBatch sensors = new();
    private FusionBatch fusion = new();
    private MixtureBatch mixtures = new();
    private JointBatch joint = new();

    /// <summary>One a reading.</summary>
    public ReadOnlySpan<Judgement> Judgements => sensors.Judgements.Items;

    /// <summary>One a frame of a fused group.</summary>
    public ReadOnlySpan<FusedEstimate> Estimates => fusion.Estimates.Items;

    /// <summary>One a complete frame of a group with a mixture.</summary>
    public ReadOnlySpan<RegimeState> Regimes => mixtures.States.Items;

    /// <summary>Mixtures that took effect.</summary>
    public IReadOnlyList<MixtureModel> Models => mixtures.Models;

    /// <summary>Events of sensors.</summary>
    public IReadOnlyList<StreamEvent> SensorEvents => sensors.Events;

    /// <summary>Events of fused groups.</summary>
    public IReadOnlyList<StreamEvent> FusionEvents => fusion.Events;

    /// <summary>Events of groups with a mixture.</summary>
    public IReadOnlyList<StreamEvent> MixtureEvents => mixtures.Events;

    /// <summary>One a frame of a joint group.</summary>
    public ReadOnlySpan<JointState> JointStates => joint.States.Items;

    /// <summary>Events of joint groups.</summary>
    public IReadOnlyList<StreamEvent> JointEvents => joint.Events;

    /// <summary>The responsibilities of a regime state, one a component of the model in force.</summary>
    public ReadOnlySpan<double> ResponsibilitiesOf(in RegimeState state) => mixtures.ResponsibilitiesOf(state);

    /// <summary>
    /// Shows every result to a visitor in order of sequence numbers; what one input caused comes as judgement, sensor events, fused
    /// estimates, their events, models, regimes, their events, joint states, their events.
    /// </summary>
    public void Visit<TVisitor>(ref TVisitor visitor)
        where TVisitor : IResultVisitor, allows ref struct
    {
        var at = default(Cursor);
        ReadOnlySpan<Judgement> judgements = Judgements;
        while (true)
        {
            // Nearly all results are judgements: those up to the next of anything else go in one run.
            long sequence = NextBesideJudgements(at);
            while (at.Judgement < judgements.Length && judgements[at.Judgement].Sequence <= sequence)
            {
                visitor.Visit(in judgements[at.Judgement++]);
            }

            if (sequence == long.MaxValue)
            {
                return;
            }

            VisitEvents(ref visitor, SensorEvents, ref at.SensorEvent, sequence);
            while (at.Estimate < Estimates.Length && Estimates[at.Estimate].Sequence == sequence)
            {
                visitor.Visit(in Estimates[at.Estimate++]);
            }

            VisitEvents(ref visitor, FusionEvents, ref at.FusionEvent, sequence);
            while (at.Model < Models.Count && Models[at.Model].Sequence == sequence)
            {
                visitor.Visit(Models[at.Model++]);
            }

            while (at.Regime < Regimes.Length && Regimes[at.Regime].Sequence == sequence)
            {
                visitor.Visit(in Regimes[at.Regime], ResponsibilitiesOf(Regimes[at.Regime]));
                at.Regime++;
            }

            VisitEvents(ref visitor, MixtureEvents, ref at.MixtureEvent, sequence);
            while (at.Joint < JointStates.Length && JointStates[at.Joint].Sequence == sequence)
            {
                ref readonly JointState state = ref JointStates[at.Joint++];
                visitor.Visit(in state, joint.PredictionsOf(state), joint.DerivedOf(state));
            }

            VisitEvents(ref visitor, JointEvents, ref at.JointEvent, sequence);
        }
    }

    internal ResultBatch Hold(SensorBatch ofSensors, FusionBatch ofFusion, MixtureBatch ofMixtures, JointBatch ofJoint)
    {
        sensors = ofSensors;
        fusion = ofFusion;
        mixtures = ofMixtures;
        joint = ofJoint;
        return this;
    }

    private static void VisitEvents<TVisitor>(ref TVisitor visitor, IReadOnlyList<StreamEvent> events, ref int at, long sequence)
        where TVisitor : IResultVisitor, allows ref struct
    {
        while (at < events.Count && events[at].Sequence == sequence)
        {
            visitor.Visit(events[at++]);
        }
    }

    private static long SequenceOf(IReadOnlyList<StreamEvent> events, int at) => at < events.Count ? events[at].Sequence : long.MaxValue;

    private long NextBesideJudgements(in Cursor at)
    {
        long estimate = at.Estimate < Estimates.Length ? Estimates[at.Estimate].Sequence : long.MaxValue;
        long regime = at.Regime < Regimes.Length ? Regimes[at.Regime].Sequence : long.MaxValue;
        long model = at.Model < Models.Count ? Models[at.Model].Sequence : long.MaxValue;
        long events = Math.Min(SequenceOf(SensorEvents, at.SensorEvent), Math.Min(SequenceOf(FusionEvents, at.FusionEvent), SequenceOf(MixtureEvents, at.MixtureEvent)));
        long joints = Math.Min(at.Joint < JointStates.Length ? JointStates[at.Joint].Sequence : long.MaxValue, SequenceOf(JointEvents, at.JointEvent));
        return Math.Min(Math.Min(joints, events), Math.Min(estimate, Math.Min(regime, model)));
    }

    private struct Cursor
    {
        public int Judgement;
        public int SensorEvent;
        public int Estimate;
        public int FusionEvent;
        public int Model;
        public int Regime;
        public int MixtureEvent;
        public int Joint;
        public int JointEvent;
    }
}
