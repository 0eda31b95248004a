using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Formats.Tests.Sparkplug;

public class SparkplugTests
{
    private const ulong Stamp = 1_486_144_502_122;
    private const int Int8 = 1;
    private const int Int32 = 3;
    private const int Int64 = 4;
    private const int Float = 9;

    // Written by another implementation: temperature (alias 0, Float 21.5) and alias 3 (Int32 -7), sequence 2.
    private static readonly byte[] Vector = Convert.FromHexString(
        "08EAF2F5A8A02B121D0A0B74656D7065726174757265100018EAF2F5A8A02B2009650000AC411211100318EAF2F5A8A02B200350F9FFFFFF0F1802");

    private static readonly byte[] Birth = Payload(0, Metric("bdSeq", 0, Int64).Varint(11, 4), Metric("temperature", 1, Float).Float(12, 20), Metric("level", 3, Int32).Varint(10, 5));

    [Fact]
    public void A_birth_names_what_later_data_carries_by_alias()
    {
        Bench bench = Source();
        EventTime time = EventTime.FromUnixMilliseconds((long)Stamp);

        Assert.Equal(
            [new Sample("plant/edge/bdSeq", 4, time), new Sample("plant/edge/temperature", 20, time), new Sample("plant/edge/level", 5, time)],
            bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth));
        Assert.Equal(
            [new Sample("plant/edge/temperature", 21.5, time), new Sample("plant/edge/level", -7, time)], bench.Decode("spBv1.0/plant/NDATA/edge", Vector));
    }

    [Fact]
    public void Data_without_a_birth_cannot_be_understood_and_is_counted()
    {
        Bench bench = Source();

        Assert.Equal("plant/edge/temperature", Assert.Single(bench.Decode("spBv1.0/plant/NDATA/edge", Vector)).Sensor);
        Assert.Equal(RejectReason.UnknownAlias, bench.Outcome.Reason);
        Assert.False(bench.Decoder.TryTakeRequest(EventTime.From(Bench.Noon.AddHours(1)), out _));
    }

    [Fact]
    public void A_rebirth_is_asked_for_where_it_is_allowed_and_once_a_minute()
    {
        Bench bench = Asking();
        bench.Decode("spBv1.0/plant/NDATA/edge", Vector);
        bench.Decode("spBv1.0/plant/NDATA/edge", Vector);

        CommandRequest request = Assert.Single(Requests(bench, 0, 10)).Request;
        Assert.Equal("spBv1.0/plant/NCMD/edge", request.Topic);

        bench.Arrival = Bench.Noon.AddSeconds(12);
        bench.Decode("spBv1.0/plant/NDATA/edge", Vector);
        Assert.Empty(Requests(bench, 12, 60));
        Assert.Single(Requests(bench, 60, 80));
        Assert.Empty(Requests(bench, 80, 600));
    }

    [Fact]
    public void The_request_for_a_rebirth_is_a_command_with_one_metric_by_name()
    {
        Bench bench = Asking();
        bench.Decode("spBv1.0/plant/NDATA/edge", Vector);

        (int second, CommandRequest request) = Assert.Single(Requests(bench, 0, 10));

        ulong now = (ulong)Bench.Noon.AddSeconds(second).ToUnixTimeMilliseconds();
        byte[] expected = new ProtoText().Varint(1, now).Message(2, new ProtoText().Text(1, "Node Control/Rebirth").Varint(3, now).Varint(4, 11).Varint(14, 1)).ToArray();
        Assert.Equal(expected, request.Payload.ToArray());
    }

    [Fact]
    public void A_plant_whose_nodes_are_all_unknown_is_not_asked_all_at_once()
    {
        Bench bench = Asking();
        for (int node = 0; node < 100; node++)
        {
            bench.Decode($"spBv1.0/plant/NDATA/edge{node}", Vector);
        }

        int[] seconds = [.. Requests(bench, 0, 10).Select(request => request.Second)];
        Assert.Equal(100, seconds.Length);
        Assert.All(seconds.GroupBy(second => second), together => Assert.InRange(together.Count(), 1, 25));
    }

    [Fact]
    public void A_birth_that_comes_by_itself_is_not_asked_for()
    {
        Bench bench = Asking();
        bench.Decode("spBv1.0/plant/NDATA/edge", Vector);
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        Assert.Empty(Requests(bench, 0, 600));
    }

    private static Bench Asking() => new(new SourceOptions { Preset = "sparkplug", Sparkplug = new SparkplugOptions { RequestRebirth = true } });

    private static List<(int Second, CommandRequest Request)> Requests(Bench bench, int from, int to)
    {
        var taken = new List<(int, CommandRequest)>();
        for (int second = from; second <= to; second++)
        {
            while (bench.Decoder.TryTakeRequest(EventTime.From(Bench.Noon.AddSeconds(second)), out CommandRequest? request))
            {
                taken.Add((second, request));
            }
        }

        return taken;
    }

    [Fact]
    public void A_device_is_named_below_its_node_and_shares_its_aliases()
    {
        Bench bench = Source();
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);

        Assert.Equal("plant/edge/pump/flow", Assert.Single(bench.Decode("spBv1.0/plant/DBIRTH/edge/pump", Payload(1, Metric("flow", 9, Float).Float(12, 2)))).Sensor);
        Sample sample = Assert.Single(bench.Decode("spBv1.0/plant/DDATA/edge/pump", Payload(2, new ProtoText().Varint(2, 9).Double(13, 3.5))));
        Assert.Equal(("plant/edge/pump/flow", 3.5), (sample.Sensor, sample.Value));
        Assert.Equal(0, bench.Decoder.Counters.Adjusted(Adjustment.SequenceGap));
    }

    [Theory]
    [InlineData(1, 249UL, -7)]
    [InlineData(1, 0xFFFFFFF9UL, -7)]
    [InlineData(2, 0xFFF9UL, -7)]
    [InlineData(3, 0xFFFFFFF9UL, -7)]
    [InlineData(4, 0xFFFFFFFFFFFFFFF9UL, -7)]
    [InlineData(5, 249UL, 249)]
    [InlineData(6, 65535UL, 65535)]
    [InlineData(7, 0xFFFFFFF9UL, 4294967289)]
    [InlineData(8, 0xFFFFFFFFFFFFFFFFUL, 18446744073709551615)]
    public void Integers_get_their_sign_from_the_datatype(int datatype, ulong bits, double value) =>
        Assert.Equal(value, Assert.Single(Source().Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, datatype).Varint(datatype is 4 or 8 ? 11 : 10, bits)))).Value);

    [Fact]
    public void An_integer_whose_datatype_nobody_has_told_is_no_reading()
    {
        Bench bench = Source();
        Assert.Empty(bench.Decode("spBv1.0/g/NDATA/n", Payload(0, new ProtoText().Text(1, "m").Varint(10, 249))));
        Assert.Equal(RejectReason.UnknownAlias, bench.Outcome.Reason);
    }

    [Fact]
    public void A_death_ends_the_aliases_of_its_own_birth_only()
    {
        Bench bench = Source();
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);

        bench.Decode("spBv1.0/plant/NDEATH/edge", Payload(-1, Metric("bdSeq", -1, Int64).Varint(11, 3)));
        Assert.Equal(2, bench.Decode("spBv1.0/plant/NDATA/edge", Vector).Count);

        bench.Decode("spBv1.0/plant/NDEATH/edge", Payload(-1, Metric("bdSeq", -1, Int64).Varint(11, 4)));
        Assert.Single(bench.Decode("spBv1.0/plant/NDATA/edge", Vector));
        Assert.Equal(RejectReason.UnknownAlias, bench.Outcome.Reason);
    }

    [Fact]
    public void A_node_that_dies_takes_all_its_sensors_with_it_and_a_device_its_own()
    {
        Bench bench = Source();
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        bench.Decode("spBv1.0/plant/DBIRTH/edge/pump", Payload(1, Metric("flow", 9, Float).Float(12, 2)));

        bench.Decode("spBv1.0/plant/DDEATH/edge/pump", Payload(2));
        Assert.Equal(["plant/edge/pump/flow"], LostBy(bench));
        bench.Decode("spBv1.0/plant/NDEATH/edge", Payload(-1, Metric("bdSeq", -1, Int64).Varint(11, 3)));
        Assert.Empty(LostBy(bench));
        bench.Decode("spBv1.0/plant/NDEATH/edge", Payload(-1, Metric("bdSeq", -1, Int64).Varint(11, 4)));
        Assert.Equal(["plant/edge/bdSeq", "plant/edge/level", "plant/edge/pump/flow", "plant/edge/temperature"], LostBy(bench));
    }

    [Fact]
    public void A_node_that_dies_after_a_restart_still_takes_its_sensors_with_it()
    {
        Bench before = Source();
        before.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        var writer = new SnapshotWriter();
        before.Decoder.Save(writer);
        Bench after = Source();
        after.Names.Add("plant/edge/temperature");
        var reader = new SnapshotReader(writer.Written);
        after.Decoder.Load(ref reader);

        after.Decode("spBv1.0/plant/NDEATH/edge", Payload(-1, Metric("bdSeq", -1, Int64).Varint(11, 4)));

        Assert.Equal(["plant/edge/temperature"], LostBy(after));
    }

    // FloatArray as the specification's text writes it, little endian, and as its examples do.
    [Theory]
    [InlineData(22, "FF01", false, new[] { -1.0, 1 })]
    [InlineData(23, "FEFF0200", false, new[] { -2.0, 2 })]
    [InlineData(24, "FDFFFFFF", false, new[] { -3.0 })]
    [InlineData(25, "FCFFFFFFFFFFFFFF", false, new[] { -4.0 })]
    [InlineData(26, "FF01", false, new[] { 255.0, 1 })]
    [InlineData(27, "FEFF", false, new[] { 65534.0 })]
    [InlineData(28, "FDFFFFFF", false, new[] { 4294967293.0 })]
    [InlineData(29, "0400000000000000", false, new[] { 4.0 })]
    [InlineData(30, "0000C03F000010C0", false, new[] { 1.5, -2.25 })]
    [InlineData(30, "3FC00000C0100000", true, new[] { 1.5, -2.25 })]
    [InlineData(31, "000000000000F83F", false, new[] { 1.5 })]
    [InlineData(32, "0B000000A5A0", false, new[] { 1.0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1 })]
    public void An_array_is_samples_a_period_apart_up_to_its_time(int datatype, string hex, bool bigEndian, double[] values)
    {
        var bench = new Bench(new SourceOptions { Preset = "sparkplug", Period = TimeSpan.FromMilliseconds(1), Sparkplug = new SparkplugOptions { BigEndianArrays = bigEndian } });

        IReadOnlyList<Sample> samples = bench.Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, datatype).Bytes(16, Convert.FromHexString(hex))));

        EventTime last = EventTime.FromUnixMilliseconds((long)Stamp);
        Assert.Equal(values.Select((value, i) => new Sample("g/n/m", value, last + TimeSpan.FromMilliseconds(i - values.Length + 1))), samples);
    }

    [Theory]
    [InlineData(30, "0000C0")]
    [InlineData(32, "0B000000A5")]
    [InlineData(32, "FFFFFFFFA5")]
    [InlineData(32, "0B")]
    public void An_array_of_another_length_than_its_type_says_is_malformed(int datatype, string hex)
    {
        var bench = new Bench(new SourceOptions { Preset = "sparkplug", Period = TimeSpan.FromMilliseconds(1) });
        Assert.Empty(bench.Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, datatype).Bytes(16, Convert.FromHexString(hex)))));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void An_array_without_a_period_cannot_be_put_in_time()
    {
        Bench bench = Source();
        Assert.Empty(bench.Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, 30).Bytes(16, Convert.FromHexString("0000C03F000010C0")))));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void A_birth_replaces_the_aliases_of_the_one_before()
    {
        Bench bench = Source();
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Payload(0, Metric("pressure", 3, Int8).Varint(10, 1)));

        Assert.Equal(["plant/edge/temperature", "plant/edge/pressure"], bench.Decode("spBv1.0/plant/NDATA/edge", Vector).Select(sample => sample.Sensor));
    }

    [Fact]
    public void A_repeated_birth_repeats_no_readings()
    {
        Bench bench = Source();
        Assert.Equal(3, bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth).Count);

        Assert.Empty(bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth));
        Assert.Equal(RejectReason.Repeated, bench.Outcome.Reason);
    }

    [Fact]
    public void Missing_messages_are_noticed_by_the_sequence_which_wraps()
    {
        Bench bench = Source();
        byte[] Data(int sequence) => Payload(sequence, new ProtoText().Varint(2, 1).Float(12, 1));
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Payload(254, Metric("t", 1, Float).Float(12, 20)));

        bench.Decode("spBv1.0/plant/NDATA/edge", Data(255));
        bench.Decode("spBv1.0/plant/NDATA/edge", Data(0));
        Assert.Equal(0, bench.Decoder.Counters.Adjusted(Adjustment.SequenceGap));
        Assert.Single(bench.Decode("spBv1.0/plant/NDATA/edge", Data(2)));
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.SequenceGap));
    }

    [Theory]
    [InlineData(0, RejectReason.BadQuality)]
    [InlineData(500, RejectReason.BadQuality)]
    [InlineData(192, RejectReason.None)]
    public void Values_that_are_bad_or_stale_are_no_readings(int quality, RejectReason reason)
    {
        ProtoText properties = new ProtoText().Text(1, "engUnit").Text(1, "Quality").Message(2, new ProtoText().Varint(1, 12).Text(8, "m")).Message(2, new ProtoText().Varint(1, 3).Varint(3, (ulong)quality));
        Bench bench = Source();

        bench.Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, Float).Message(9, properties).Float(12, 1)));

        Assert.Equal(reason, bench.Outcome.Reason);
    }

    [Fact]
    public void Values_that_are_null_or_historical_are_no_readings()
    {
        Bench bench = Source();

        Assert.Empty(bench.Decode("spBv1.0/g/NBIRTH/n", Payload(0, Metric("m", 1, Float).Varint(7, 1).Float(12, 1))));
        Assert.Equal(RejectReason.None, bench.Outcome.Reason);
        Assert.Empty(bench.Decode("spBv1.0/g/NDATA/n", Payload(1, new ProtoText().Varint(2, 1).Varint(5, 1).Float(12, 1))));
        Assert.Equal(RejectReason.Historical, bench.Outcome.Reason);
    }

    [Fact]
    public void Booleans_and_texts_are_read_where_the_source_says_what_they_stand_for()
    {
        var bench = new Bench(new SourceOptions
        {
            Preset = "sparkplug",
            Channels = [new ChannelOptions { Name = "x/{0}", Path = "#/on", Value = { ["true"] = 1, ["false"] = 0, ["auto"] = 2 } }],
        });

        IReadOnlyList<Sample> samples = bench.Decode(
            "spBv1.0/g/NBIRTH/n", Payload(0, Metric("on", 1, 11).Varint(14, 1), Metric("mode/on", 2, 12).Text(15, "auto"), Metric("other", 3, Float).Float(12, 1)));

        Assert.Equal([("x/g/n/on", 1), ("x/g/n/mode/on", 2)], samples.Select(sample => (sample.Sensor, sample.Value)));
    }

    [Theory]
    [InlineData("spBv1.0/STATE/host")]
    [InlineData("spBv1.0/g/NCMD/n")]
    [InlineData("spBv1.0/g/DDATA/n")]
    [InlineData("spBv1.0/g/NDATA/n/d")]
    [InlineData("spBv1.0")]
    public void Commands_hosts_and_malformed_topics_are_left_out(string topic)
    {
        Bench bench = Source();
        Assert.Empty(bench.Decode(topic, Vector));
        Assert.Equal(RejectReason.Filtered, bench.Outcome.Reason);
    }

    [Fact]
    public void What_births_said_survives_a_restart_and_a_change_of_options()
    {
        Bench before = Source();
        before.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        before.Decoder.Use(before.Sources);
        Assert.Equal(2, before.Decode("spBv1.0/plant/NDATA/edge", Vector).Count);
        var writer = new SnapshotWriter();
        before.Decoder.Save(writer);

        Bench after = Source();
        var reader = new SnapshotReader(writer.Written);
        after.Decoder.Load(ref reader);

        Assert.True(reader.IsAtEnd);
        Assert.Equal(2, after.Decode("spBv1.0/plant/NDATA/edge", Vector).Count);
        var again = new SnapshotWriter();
        after.Decoder.Save(again);
        Assert.Equal(writer.Written.Length, again.Written.Length);
    }

    [Fact]
    public void Nodes_and_metrics_without_end_are_stopped()
    {
        var bench = new Bench(new SourceLimits { Sensors = 10, Topics = 3 }, new SourceOptions { Preset = "sparkplug" });
        for (int i = 0; i < 50; i++)
        {
            bench.Decode($"spBv1.0/g/NBIRTH/n{i}", Payload(0, [.. Enumerable.Range(0, 50).Select(m => Metric($"m{m}", m, Float).Float(12, 1))]));
        }

        Assert.Equal(10, bench.Names.Count);
        Assert.Equal(RejectReason.TooManySensors, bench.Outcome.Reason);
    }

    [Theory]
    [InlineData("08")]
    [InlineData("12FF")]
    [InlineData("1205")]
    [InlineData("0000")]
    [InlineData("0B")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("12020A05")]
    public void What_is_no_protobuf_message_is_rejected_whole(string hex)
    {
        Bench bench = Source();
        Assert.Empty(bench.Decode("spBv1.0/g/NDATA/n", Convert.FromHexString(hex)));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void No_bytes_whatever_bring_the_decoder_down()
    {
        Bench bench = Source();
        Hostile.Attack(bench, "spBv1.0/plant/NBIRTH/edge", Birth, 21, rounds: 5000);
        Hostile.Attack(bench, "spBv1.0/plant/NDATA/edge", Vector, 22, rounds: 5000);
        Hostile.Attack(bench, "spBv1.0/plant/NDEATH/edge", Birth, 23, rounds: 5000);
    }

    [Fact]
    public void Data_costs_no_memory()
    {
        Bench bench = Source();
        bench.Decode("spBv1.0/plant/NBIRTH/edge", Birth);
        Assert.Equal(0, bench.BytesAllocatedBy("spBv1.0/plant/NDATA/edge", Vector));
    }

    private static IEnumerable<string> LostBy(Bench bench)
    {
        var lost = new List<string>();
        foreach (Input input in bench.Inputs)
        {
            if (input.Kind == InputKind.SensorLost)
            {
                lost.Add(bench.Names[input.Sensor]);
            }
        }

        return lost.Order(StringComparer.Ordinal);
    }

    private static Bench Source() => new(new SourceOptions { Preset = "sparkplug" });

    private static ProtoText Metric(string name, int alias, int datatype)
    {
        ProtoText metric = new ProtoText().Text(1, name);
        return (alias < 0 ? metric : metric.Varint(2, (ulong)alias)).Varint(4, (ulong)datatype);
    }

    private static byte[] Payload(int sequence, params ProtoText[] metrics)
    {
        ProtoText payload = new ProtoText().Varint(1, Stamp);
        foreach (ProtoText metric in metrics)
        {
            payload.Message(2, metric);
        }

        return (sequence < 0 ? payload : payload.Varint(3, (ulong)sequence)).ToArray();
    }
}
