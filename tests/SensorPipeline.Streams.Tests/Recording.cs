using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests;

/// <summary>Inputs in sequence, to be run through a graph in any cut, and what the graph said of them as text to the last bit.</summary>
internal sealed class Recording
{
    private readonly SensorNames names = new();

    public static readonly EventTime Start = new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    public InputBatch Inputs { get; } = new();

    public static EventTime At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    public Recording Read(string sensor, double seconds, double value, double? arrival = null, DeliveryKey key = default)
    {
        if (!names.TryGetIndex(sensor, out int index))
        {
            index = names.Add(sensor);
            Inputs.AddSensor(index, sensor, At(arrival ?? seconds));
        }

        Inputs.AddReading(index, At(seconds), At(arrival ?? seconds), value, key);
        return this;
    }

    /// <summary>One sensor's values, one behind the other.</summary>
    public static Recording Of(double[] values, double interval = 1)
    {
        var recording = new Recording();
        for (int i = 0; i < values.Length; i++)
        {
            recording.Read("a", interval * i, values[i]);
        }

        return recording;
    }

    public Recording Tick(double seconds)
    {
        Inputs.AddTick(At(seconds));
        return this;
    }

    public Recording End(double seconds)
    {
        Inputs.AddEnd(At(seconds));
        return this;
    }

    /// <summary>Runs the inputs through a new graph, cut after the given numbers of inputs in turn.</summary>
    public Transcript Run(GraphOptions options, params int[] cuts)
    {
        using var graph = new SensorGraph(options);
        return Run(graph, 0, Inputs.Count, cuts);
    }

    public Transcript Run(SensorGraph graph, int from, int to, params int[] cuts)
    {
        var transcript = new Transcript();
        using IDisposable listening = graph.Results.Subscribe(results => results.Visit(ref transcript));
        var batch = new InputBatch();
        for (int at = from, cut = 0; at < to; cut++)
        {
            int count = Math.Min(cuts.Length == 0 ? to - from : cuts[cut % cuts.Length], to - at);
            batch.Clear();
            batch.FirstSequence = at;
            batch.Append(Inputs, at, count);
            graph.Process(batch);
            at += count;
        }

        return transcript;
    }

    public static byte[] Snapshot(SensorGraph graph)
    {
        var writer = new SnapshotWriter();
        graph.Save(writer);
        return writer.Written.ToArray();
    }

    public static SensorGraph Restore(GraphOptions options, byte[] snapshot)
    {
        var graph = new SensorGraph(options);
        var reader = new SnapshotReader(snapshot);
        graph.Load(ref reader);
        Assert.True(reader.IsAtEnd);
        return graph;
    }
}

/// <summary>Everything a graph said, in order.</summary>
internal sealed class Transcript : IResultVisitor
{
    public List<string> Lines { get; } = [];

    public List<Judgement> Judgements { get; } = [];

    public List<StreamEvent> Events { get; } = [];

    public List<FusedEstimate> Estimates { get; } = [];

    public List<MixtureModel> Models { get; } = [];

    public List<RegimeState> Regimes { get; } = [];

    public List<JointState> Joints { get; } = [];

    public List<MemberPrediction> Predictions { get; } = [];

    public List<DerivedValue> Derived { get; } = [];

    public void Visit(in Judgement judgement)
    {
        Judgements.Add(judgement);
        Lines.Add(judgement.ToString() + Bits(judgement.Mean, judgement.StandardDeviation, judgement.TailProbability));
    }

    public void Visit(StreamEvent happened)
    {
        Events.Add(happened);
        Lines.Add($"{happened.Id} {happened}");
    }

    public void Visit(in FusedEstimate estimate)
    {
        Estimates.Add(estimate);
        Lines.Add(estimate.ToString() + Bits(estimate.Mean, estimate.Variance, estimate.ChiSquare));
    }

    public void Visit(MixtureModel model)
    {
        Models.Add(model);
        Lines.Add($"model {model.Sequence} {model.Group} {string.Join(',', model.Labels)} {Bits([.. model.Weights, .. model.Means.SelectMany(mean => mean), .. model.Covariances.SelectMany(c => c).SelectMany(row => row)])}");
    }

    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
        Regimes.Add(regime);
        Lines.Add((regime with { FirstResponsibility = 0 }).ToString() + Bits([regime.LogDensity, .. responsibilities]));
    }

    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived)
    {
        Joints.Add(joint);
        Predictions.AddRange(predictions);
        Derived.AddRange(derived);
        Lines.Add((joint with { FirstPrediction = 0, FirstDerived = 0 }).ToString() + Bits(joint.TailProbability, joint.Score));
        foreach (MemberPrediction prediction in predictions)
        {
            Lines.Add($"{prediction.Sensor} {Bits(prediction.Mean, prediction.StandardDeviation, prediction.Value, prediction.TailProbability)}");
        }

        foreach (DerivedValue value in derived)
        {
            Lines.Add($"{value.Channel} {value.IsImputed} {Bits(value.Value, value.StandardDeviation)}");
        }
    }

    private static string Bits(params double[] values) => string.Join(' ', values.Select(value => BitConverter.DoubleToInt64Bits(value).ToString("x")));
}
