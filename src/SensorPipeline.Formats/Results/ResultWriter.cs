using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Formats.Results;

/// <summary>
/// Results to the bytes that are published: JSON with camel-case members, numbers in their shortest round-trip form, unknown ones left out.
/// What a method returns is valid until the next call; nothing is allocated once the memory has grown. One thread.
/// </summary>
public sealed class ResultWriter
{
    private readonly ResultJson json = new();

    /// <summary>The severity of a tail probability p: −log10 p, at most 324; NaN while p is unknown.</summary>
    public static double Severity(double tailProbability) => Math.Clamp(-Math.Log10(tailProbability), 0, 324);

    /// <summary>A sensor's state.</summary>
    public ReadOnlySpan<byte> State(SensorSummary state)
    {
        json.Clear().BeginObject();
        json.Time("time"u8, state.Time);
        json.Number("value"u8, state.Value);
        json.Number("count"u8, state.Count);
        json.Number("mean"u8, state.Mean);
        json.Number("standardDeviation"u8, state.StandardDeviation);
        json.Number("effectiveSampleSize"u8, state.EffectiveSampleSize);
        json.Number("lower"u8, state.Lower);
        json.Number("upper"u8, state.Upper);
        json.Number("tailProbability"u8, state.TailProbability);
        json.Number("severity"u8, Severity(state.TailProbability));
        json.Word("verdict"u8, ResultNames.Of(state.Verdict));
        json.Flag("calibrated"u8, state.Calibrated);
        json.Word("quality"u8, ResultNames.Of(state.Quality));
        if (state.NoiseType is not null || double.IsFinite(state.NoiseStandardDeviation) || double.IsFinite(state.NoiseRandomWalk))
        {
            json.BeginObject("noise"u8);
            json.Text("type"u8, state.NoiseType);
            json.Number("standardDeviation"u8, state.NoiseStandardDeviation);
            json.Number("randomWalk"u8, state.NoiseRandomWalk);
            json.EndObject();
        }

        return End();
    }

    /// <summary>An event; <paramref name="sensor"/> is the name of the sensor concerned, or of the member most to blame, or null.</summary>
    public ReadOnlySpan<byte> Event(StreamEvent happened, string? sensor)
    {
        Span<byte> id = stackalloc byte[StreamEvent.LongestId];
        int length = happened.FormatId(id);
        json.Clear().BeginObject();
        json.Word("id"u8, id[..length]);
        json.Time("time"u8, happened.Time);
        json.Word("kind"u8, ResultNames.Of(happened.Kind));
        json.Text("supersedes"u8, happened.Supersedes);
        json.Text("sensor"u8, sensor);
        json.Text("group"u8, happened.Group);
        json.Number("value"u8, happened.Value);
        json.BeginObject("expected"u8);
        json.Number("mean"u8, happened.ExpectedMean);
        json.Number("standardDeviation"u8, happened.ExpectedStandardDeviation);
        json.Number("lower"u8, happened.Lower);
        json.Number("upper"u8, happened.Upper);
        json.EndObject();
        json.Number("tailProbability"u8, happened.TailProbability);
        json.Number("severity"u8, Severity(happened.TailProbability));
        json.Text("reason"u8, happened.Reason);
        return End();
    }

    /// <summary>A group's fused estimate and the parts its members have in it; <paramref name="sensors"/> are the members' names, in the same order.</summary>
    public ReadOnlySpan<byte> Fused(in FusedEstimate estimate, IReadOnlyList<FusedMember> members, IReadOnlyList<string> sensors)
    {
        json.Clear().BeginObject();
        json.Time("time"u8, estimate.Time);
        json.Word("status"u8, ResultNames.Of(estimate.Status));
        json.Number("mean"u8, estimate.Mean);
        json.Number("standardDeviation"u8, Math.Sqrt(estimate.Variance));
        json.Number("members"u8, estimate.Members);
        json.Number("gated"u8, estimate.Gated);
        json.Number("chiSquare"u8, estimate.ChiSquare);
        json.Number("coverage"u8, estimate.Coverage);
        json.BeginArray("sensors"u8);
        for (int i = 0; i < members.Count; i++)
        {
            Member(members[i], sensors[i]);
        }

        json.EndArray();
        return End();
    }

    /// <summary>How a group's frame fits: members that are absent with what they would read, and the derived channels under their names.</summary>
    public ReadOnlySpan<byte> Joint(in JointState state, SensorNames names, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived, IReadOnlyList<DerivedChannel> channels)
    {
        json.Clear().BeginObject();
        json.Time("time"u8, state.Time);
        json.Number("tailProbability"u8, state.TailProbability);
        json.Number("severity"u8, Severity(state.TailProbability));
        json.Flag("outlier"u8, state.IsOutlier);
        json.Flag("calibrated"u8, state.Calibrated);
        json.Text("blame"u8, state.Blame >= 0 ? names[state.Blame] : null);
        json.BeginObject("imputed"u8);
        foreach (ref readonly MemberPrediction prediction in predictions)
        {
            if (prediction.IsImputed)
            {
                Quantity(names[prediction.Sensor], prediction.Mean, prediction.StandardDeviation, Quality.Imputed);
            }
        }

        json.EndObject();
        json.BeginObject("derived"u8);
        foreach (ref readonly DerivedValue value in derived)
        {
            Quantity(channels[value.Channel].Name, value.Value, value.StandardDeviation, value.IsImputed ? Quality.Imputed : Quality.Good);
        }

        json.EndObject();
        return End();
    }

    /// <summary>Which regime a group is in; the responsibilities are those of the components whose labels stand beside them.</summary>
    public ReadOnlySpan<byte> Regime(in RegimeState state, ReadOnlySpan<int> labels, ReadOnlySpan<double> responsibilities)
    {
        json.Clear().BeginObject();
        json.Time("time"u8, state.Time);
        json.Number("regime"u8, state.Regime);
        json.Number("label"u8, state.Label);
        json.Integers("labels"u8, labels);
        json.Numbers("responsibilities"u8, responsibilities);
        json.Number("logDensity"u8, state.LogDensity);
        json.Number("tailProbability"u8, state.TailProbability);
        return End();
    }

    /// <summary>A group's mixture.</summary>
    public ReadOnlySpan<byte> Mixture(in MixtureModel model)
    {
        int dimension = model.Members.Length;
        json.Clear().BeginObject();
        json.Time("time"u8, model.Time);
        json.Number("n"u8, model.Frames);
        json.Text("group"u8, model.Group);
        json.Texts("members"u8, model.Members);
        json.Numbers("weights"u8, model.Weights);
        json.BeginArray("means"u8);
        for (int component = 0; component < model.Weights.Length; component++)
        {
            json.Numbers(model.Means.Slice(component * dimension, dimension));
        }

        json.EndArray();
        json.BeginArray("covariances"u8);
        for (int component = 0; component < model.Weights.Length; component++)
        {
            json.BeginArray();
            for (int row = 0; row < dimension; row++)
            {
                json.Numbers(model.Covariances.Slice(((component * dimension) + row) * dimension, dimension));
            }

            json.EndArray();
        }

        json.EndArray();
        json.Integers("labels"u8, model.Labels);
        json.Text("family"u8, double.IsFinite(model.DegreesOfFreedom) ? "student" : "gaussian");
        json.Number("degreesOfFreedom"u8, model.DegreesOfFreedom);
        json.Number("meanLogLikelihood"u8, model.MeanLogLikelihood);
        json.Number("drift"u8, model.Drift);
        return End();
    }

    /// <summary>What service this is.</summary>
    public ReadOnlySpan<byte> About(ServiceDescription service)
    {
        json.Clear().BeginObject();
        json.Text("version"u8, service.Version);
        json.Number("schema"u8, service.Schema);
        json.Text("instance"u8, service.Instance);
        json.Text("configurationHash"u8, service.ConfigurationHash);
        json.Time("started"u8, service.Started);
        return End();
    }

    /// <summary>Whether the service keeps what it promises.</summary>
    public ReadOnlySpan<byte> Audit(AuditReport report)
    {
        json.Clear().BeginObject();
        json.Time("time"u8, report.Time);
        json.BeginObject("falseAlarmsPerSensorPerDay"u8);
        Rate(report.Budget, report.Realised);
        json.EndObject();
        json.Number("falseDiscoveryRate"u8, report.FalseDiscoveryRate);
        json.Number("sensorDays"u8, report.Realised.SensorDays);
        json.Number("episodes"u8, report.Realised.Episodes);
        json.BeginObject("kinds"u8);
        foreach (AuditedKind kind in report.Kinds)
        {
            json.BeginObject(ResultNames.Of(kind.Kind));
            Rate(kind.Budget, kind.Realised);
            json.Number("episodes"u8, kind.Realised.Episodes);
            json.EndObject();
        }

        json.EndObject();
        json.Number("sensorsAbove"u8, report.SensorsAbove);
        Worst(report.Worst);
        json.Number("normalisedInnovationCoverage"u8, report.NormalisedInnovationCoverage);
        if (report.Groups is { Count: > 0 } groups)
        {
            json.BeginArray("groups"u8);
            foreach (GroupCoverage group in groups)
            {
                json.BeginObject();
                json.Text("group"u8, group.Group);
                json.Number("normalisedInnovationCoverage"u8, group.Coverage);
                json.Number("frames"u8, group.Frames);
                json.EndObject();
            }

            json.EndArray();
        }

        json.Text("deduplication"u8, report.Deduplication);
        json.Number("duplicates"u8, report.Duplicates);
        if (report.Configuration is { } configuration)
        {
            Configuration(configuration);
        }

        return End();
    }

    private void Configuration(ConfigurationReport report)
    {
        json.BeginObject("configuration"u8);
        json.Time("time"u8, report.Time);
        json.Word("result"u8, ResultNames.Of(report.Result));
        json.Texts("faults"u8, [.. report.Faults]);
        json.Texts("afterRestart"u8, [.. report.AfterRestart]);
        json.EndObject();
    }

    private void Worst(IReadOnlyList<AuditedSensor> sensors)
    {
        json.BeginArray("worst"u8);
        foreach (AuditedSensor sensor in sensors)
        {
            json.BeginObject();
            json.Text("sensor"u8, sensor.Sensor);
            Rate(double.NaN, sensor.Realised);
            json.Number("episodes"u8, sensor.Realised.Episodes);
            json.EndObject();
        }

        json.EndArray();
    }

    private void Rate(double budget, in RealisedRate rate)
    {
        json.Number("budget"u8, budget);
        json.Number("realised"u8, rate.Value);
        json.Number("lower"u8, rate.Lower);
        json.Number("upper"u8, rate.Upper);
    }

    private void Member(FusedMember member, string sensor)
    {
        json.BeginObject();
        json.Text("sensor"u8, sensor);
        json.Word("status"u8, ResultNames.Of(member.Status));
        json.Number("weight"u8, member.Weight);
        json.Number("bias"u8, member.Bias);
        json.Number("biasStandardDeviation"u8, member.BiasStandardDeviation);
        json.Number("noiseStandardDeviation"u8, member.NoiseStandardDeviation);
        json.Flag("gated"u8, member.Status == MemberStatus.Gated);
        json.EndObject();
    }

    private void Quantity(string name, double value, double standardDeviation, Quality quality)
    {
        json.BeginObject(name);
        json.Number("value"u8, value);
        json.Number("standardDeviation"u8, standardDeviation);
        json.Word("quality"u8, ResultNames.Of(quality));
        json.EndObject();
    }

    private ReadOnlySpan<byte> End()
    {
        json.EndObject();
        return json.Written;
    }
}
