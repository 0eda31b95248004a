using System.Text;
using System.Text.Json;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Formats.Tests.Results;

public class ResultWriterTests
{
    private static readonly EventTime Time = EventTime.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero));

    private static readonly SensorSummary Summary = new()
    {
        Sensor = "kitchen/temperature",
        Time = Time,
        Value = 21.5,
        Count = 12,
        Mean = 21.25,
        StandardDeviation = 0.1,
        EffectiveSampleSize = 11.5,
        Lower = 20,
        Upper = 22,
        TailProbability = 0.001,
        Verdict = Verdict.WarmingUp,
        Calibrated = false,
        Quality = Quality.Good,
        NoiseType = "randomWalk",
        NoiseStandardDeviation = 0.05,
        NoiseRandomWalk = 0.01,
    };

    private readonly ResultWriter writer = new();

    [Fact]
    public void A_state_has_the_published_members_in_their_order() => Assert.Equal(
        """{"time":"2026-03-01T12:00:00.007Z","value":21.5,"count":12,"mean":21.25,"standardDeviation":0.1,"effectiveSampleSize":11.5,"lower":20,"upper":22,"tailProbability":0.001,"severity":3,"verdict":"warmingUp","calibrated":false,"quality":"good","noise":{"type":"randomWalk","standardDeviation":0.05,"randomWalk":0.01}}""",
        Text(writer.State(Summary)));

    [Fact]
    public void What_is_unknown_is_left_out_and_never_written_as_NaN()
    {
        string text = Text(writer.State(Summary with
        {
            Mean = double.NaN,
            StandardDeviation = double.NaN,
            Lower = double.NaN,
            Upper = double.PositiveInfinity,
            TailProbability = double.NaN,
            NoiseType = null,
            NoiseStandardDeviation = double.NaN,
            NoiseRandomWalk = double.NaN,
        }));

        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.007Z","value":21.5,"count":12,"effectiveSampleSize":11.5,"verdict":"warmingUp","calibrated":false,"quality":"good"}""", text);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e300)]
    [InlineData(-4.9E-324)]
    [InlineData(123456789.125)]
    [InlineData(1.7976931348623157E+308)]
    public void Numbers_come_back_to_the_last_bit(double value)
    {
        using JsonDocument document = JsonDocument.Parse(writer.State(Summary with { Value = value }).ToArray());

        Assert.Equal(value, document.RootElement.GetProperty("value").GetDouble());
    }

    [Fact]
    public void An_event_says_what_was_expected_and_why()
    {
        var happened = new StreamEvent
        {
            Sequence = 17,
            Kind = EventKind.LevelShift,
            Sensor = 3,
            Time = Time,
            Value = 25,
            ExpectedMean = 21,
            ExpectedStandardDeviation = 0.5,
            Lower = 19,
            Upper = 23,
            TailProbability = 1e-6,
            Reason = "The level moved by \"4\" and stayed.",
            Supersedes = "16-outlier-3",
        };

        Assert.Equal(
            """{"id":"17-levelShift-3","time":"2026-03-01T12:00:00.007Z","kind":"levelShift","supersedes":"16-outlier-3","sensor":"k/t","value":25,"expected":{"mean":21,"standardDeviation":0.5,"lower":19,"upper":23},"tailProbability":1E-06,"severity":6,"reason":"The level moved by \"4\" and stayed."}""",
            Text(writer.Event(happened, "k/t")));
        Assert.Equal(happened.Id, JsonDocument.Parse(writer.Event(happened, null).ToArray()).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public void An_impossible_reading_has_a_finite_severity() => Assert.Equal(324, ResultWriter.Severity(0));

    [Fact]
    public void Texts_are_escaped_whatever_a_device_is_called()
    {
        string name = "a\"\\\n\u0001\u007Fé\u2028😀\uD800";
        var happened = new StreamEvent { Sequence = 1, Kind = EventKind.Silent, Sensor = 0, Time = Time, Reason = "" };

        using JsonDocument document = JsonDocument.Parse(writer.Event(happened, name).ToArray());

        Assert.Equal(name.Replace('\uD800', '\uFFFD'), document.RootElement.GetProperty("sensor").GetString());
    }

    [Fact]
    public void A_fused_estimate_and_a_regime_are_objects()
    {
        var estimate = new FusedEstimate
        {
            Sequence = 1,
            Group = 0,
            Time = Time,
            Mean = 2,
            Variance = 0.25,
            Members = 3,
            Gated = 1,
            ChiSquare = 1.5,
            Coverage = 0.95,
            Status = FusionStatus.Consistent,
        };
        var member = new FusedMember { Sensor = 4, Weight = 1, Bias = 0.5, BiasStandardDeviation = 0.125, NoiseStandardDeviation = 2, Status = MemberStatus.Fused };
        var regime = new RegimeState { Sequence = 1, Group = 0, Time = Time, Label = 4, Regime = 7, FirstResponsibility = 0, Components = 2, LogDensity = -1.5, TailProbability = 0.25 };

        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.007Z","status":"consistent","mean":2,"standardDeviation":0.5,"members":3,"gated":1,"chiSquare":1.5,"coverage":0.95,"sensors":[{"sensor":"a","status":"fused","weight":1,"bias":0.5,"biasStandardDeviation":0.125,"noiseStandardDeviation":2,"gated":false}]}""",
            Text(writer.Fused(estimate, [member], ["a"])));
        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.007Z","regime":7,"label":4,"labels":[4,7],"responsibilities":[0.75,0.25],"logDensity":-1.5,"tailProbability":0.25}""",
            Text(writer.Regime(regime, [4, 7], [0.75, 0.25])));
    }

    [Fact]
    public void A_mixture_is_written_component_by_component()
    {
        var model = new MixtureModel
        {
            Time = Time,
            Group = "boiler",
            Frames = 500,
            Members = ["flow", "return"],
            Weights = [0.5, 0.5],
            Means = [1, 2, 3, 4],
            Covariances = [1, 0, 0, 1, 2, 0.5, 0.5, 2],
            Labels = [0, 3],
            DegreesOfFreedom = 4,
            MeanLogLikelihood = -2.5,
            Drift = double.NaN,
        };

        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.007Z","n":500,"group":"boiler","members":["flow","return"],"weights":[0.5,0.5],"means":[[1,2],[3,4]],"covariances":[[[1,0],[0,1]],[[2,0.5],[0.5,2]]],"labels":[0,3],"family":"student","degreesOfFreedom":4,"meanLogLikelihood":-2.5}""",
            Text(writer.Mixture(model)));
    }

    [Fact]
    public void The_service_and_its_audit_are_objects()
    {
        var about = new ServiceDescription { Version = "0.1.0", Instance = "lab", ConfigurationHash = "ab12" };
        var audit = new AuditReport
        {
            Time = Time,
            Budget = 1,
            Realised = new RealisedRate(0, 2),
            Kinds = [new AuditedKind(EventKind.LevelShift, 0.2, new RealisedRate(0, 0))],
            SensorsAbove = 1,
            Worst = [new AuditedSensor("kitchen", new RealisedRate(4, 0))],
            NormalisedInnovationCoverage = 0.95,
        };

        Assert.Equal("""{"version":"0.1.0","schema":1,"instance":"lab","configurationHash":"ab12"}""", Text(writer.About(about)));
        Assert.Equal(
            """{"time":"2026-03-01T12:00:00.007Z","falseAlarmsPerSensorPerDay":{"budget":1,"realised":0,"lower":0,"upper":1.8444397270569686},"sensorDays":2,"episodes":0,"kinds":{"levelShift":{"budget":0.2,"episodes":0}},"sensorsAbove":1,"worst":[{"sensor":"kitchen","episodes":4}],"normalisedInnovationCoverage":0.95,"duplicates":0}""",
            Text(writer.Audit(audit)));
    }

    [Fact]
    public void Writing_results_allocates_nothing()
    {
        var happened = new StreamEvent { Sequence = 1, Kind = EventKind.Silent, Sensor = 0, Time = Time, Reason = "It is \"silent\"." };

        Assert.Equal(0, SteadyState.BytesAllocatedBy(() => writer.State(Summary)));
        Assert.Equal(0, SteadyState.BytesAllocatedBy(() => writer.Event(happened, "kitchen/temperature")));
    }

    [Fact]
    public void Topics_keep_the_levels_of_names_and_make_the_instance_one_level()
    {
        var topics = new ResultTopics("lab/1");

        Assert.StartsWith("sensor-pipeline/lab_1-", topics.Prefix);
        Assert.Equal($"{topics.Prefix}/sensor/kitchen/dht22/temperature/state", topics.SensorState("kitchen/dht22/temperature"));
        Assert.Equal("sensor-pipeline/lab/mixture/boiler/model", new ResultTopics("lab").MixtureModel("boiler"));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
