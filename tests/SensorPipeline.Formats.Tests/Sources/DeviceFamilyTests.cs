using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Sources;

/// <summary>What devices of each family send, word for word, becomes the readings it means.</summary>
public class DeviceFamilyTests
{
    [Fact]
    public void Every_preset_compiles_without_a_fault_or_a_warning() => Assert.All(Presets.Names, name => Assert.Empty(Preset(name).Sources.Warnings));

    [Fact]
    public void Zigbee2mqtt_reports_each_attribute_at_the_time_it_was_seen()
    {
        Bench bench = Preset("zigbee2mqtt");
        bench.Arrival = new DateTimeOffset(2024, 5, 1, 8, 0, 1, TimeSpan.Zero);

        IReadOnlyList<Sample> samples = bench.Decode(
            "zigbee2mqtt/kitchen/window", """{"battery":97,"humidity":44.72,"last_seen":"2024-05-01T10:00:00+02:00","linkquality":120,"temperature":27.34,"contact":true}""");

        AssertSamples(
            samples,
            At(2024, 5, 1, 8, 0, 0),
            ("kitchen/window/battery", 97), ("kitchen/window/humidity", 44.72), ("kitchen/window/linkquality", 120), ("kitchen/window/temperature", 27.34));
    }

    [Theory]
    [InlineData("zigbee2mqtt/bridge/state", """{"state":"online"}""")]
    [InlineData("zigbee2mqtt/kitchen/window/availability", """{"state":"online"}""")]
    [InlineData("zigbee2mqtt/lamp/set", """{"brightness":3}""")]
    [InlineData("zigbee2mqtt/lamp/get", """{"brightness":3}""")]
    public void Zigbee2mqtt_talk_that_is_no_measurement_is_left_out(string topic, string payload) =>
        Assert.Equal(RejectReason.UnknownTopic, Preset("zigbee2mqtt").Rejection(topic, payload));

    [Fact]
    public void Zigbee2mqtt_cached_repeats_are_no_readings_yet_a_stuck_sensor_keeps_reporting()
    {
        Bench bench = Preset("zigbee2mqtt");
        int readings = 0;
        for (int minute = 0; minute < 180; minute++)
        {
            bench.Arrival = Bench.Noon.AddMinutes(minute);
            readings += bench.Decode("zigbee2mqtt/hall", $$"""{"temperature":20.5,"motion":{{minute}}}""").Count(sample => sample.Sensor == "hall/temperature");
        }

        Assert.Equal(3, readings);
        Assert.Equal(177, bench.Decoder.Counters.Rejected(RejectReason.Repeated));
    }

    [Theory]
    [InlineData("1714550400123", 123)]
    [InlineData("\"2024-05-01T08:00:00.123Z\"", 123)]
    [InlineData("\"2024-05-01T10:00:00+02:00\"", 0)]
    public void Zigbee2mqtt_last_seen_is_understood_however_it_is_configured(string lastSeen, int milliseconds)
    {
        Bench bench = Preset("zigbee2mqtt");

        Sample sample = Assert.Single(bench.Decode("zigbee2mqtt/x", $$"""{"temperature":1,"last_seen":{{lastSeen}}}"""));

        Assert.Equal(At(2024, 5, 1, 8, 0, 0) + TimeSpan.FromMilliseconds(milliseconds), sample.Time);
    }

    [Fact]
    public void Zigbee2mqtt_attributes_one_a_topic_are_read_by_a_source_of_their_own_and_not_twice_beside_the_preset()
    {
        Assert.Empty(Preset("zigbee2mqtt").Decode("zigbee2mqtt/kitchen/window/temperature", "27.34"));
        AssertSamples(
            new Bench(new SourceOptions { Topic = "zigbee2mqtt/{device...}" }).Decode("zigbee2mqtt/kitchen/window/temperature", "27.34"),
            EventTime.From(Bench.Noon),
            ("kitchen/window/temperature", 27.34));
    }

    private const string TasmotaPayload =
        """{"Time":"2021-01-02T09:09:44","DS18B20-1":{"Id":"00000566CC39","Temperature":13.3},"DS18B20-2":{"Id":"0000059352D4","Temperature":1.2},"TempUnit":"C"}""";

    [Fact]
    public void Tasmota_names_each_chip_and_does_not_take_a_wall_clock_for_universal_time()
    {
        Bench bench = Preset("tasmota");

        IReadOnlyList<Sample> samples = bench.Decode("tele/cellar/SENSOR", TasmotaPayload);

        AssertSamples(samples, EventTime.From(Bench.Noon), ("cellar/DS18B20-1/Temperature", 13.3), ("cellar/DS18B20-2/Temperature", 1.2));
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.UnreadableTime));
    }

    [Fact]
    public void Tasmota_times_are_used_once_the_zone_is_known()
    {
        var bench = new Bench(new SourceOptions { Preset = "tasmota", TimeZone = "+01:00" });

        Assert.All(bench.Decode("tele/cellar/SENSOR", TasmotaPayload), sample => Assert.Equal(At(2021, 1, 2, 8, 9, 44), sample.Time));
    }

    [Fact]
    public void Tasmota_arrays_nulls_and_disconnected_probes_are_told_apart()
    {
        Bench bench = Preset("tasmota");

        IReadOnlyList<Sample> samples = bench.Decode(
            "tele/x/SENSOR", """{"Time":"2021-01-02T09:09:44Z","HC":{"Distance":[200.0,181.0]},"DS18B20":{"Temperature":-127},"AM2301":{"Humidity":null}}""");

        AssertSamples(samples, At(2021, 1, 2, 9, 9, 44), ("x/HC/Distance/0", 200), ("x/HC/Distance/1", 181));
        Assert.Equal(RejectReason.Sentinel, bench.Outcome.Reason);
    }

    [Theory]
    [InlineData("shellies/shelly1pm-A4/relay/0/power", "12.34", 12.34)]
    [InlineData("shellies/shelly1pm-A4/relay/0/energy", "1405", 1405 / 60.0)]
    [InlineData("shellies/shellyht-8A/sensor/temperature", "21.50", 21.5)]
    public void Shelly_values_come_one_a_topic_and_energy_in_watt_hours(string topic, string payload, double value)
    {
        Bench bench = Preset("shelly");

        Sample sample = Assert.Single(bench.Decode(topic, payload));

        Assert.Equal(topic["shellies/".Length..], sample.Sensor);
        Assert.Equal(value, sample.Value, 1e-12);
    }

    [Theory]
    [InlineData("shellies/shellyht-8A/temperature_f", "70.1")]
    [InlineData("shellies/shellyht-8A/online", "true")]
    [InlineData("shellies/announce", "{}")]
    public void Shelly_copies_and_announcements_are_left_out(string topic, string payload) =>
        Assert.Equal(RejectReason.UnknownTopic, Preset("shelly").Rejection(topic, payload));

    [Fact]
    public void Shelly_gen2_notifications_carry_what_changed()
    {
        Bench bench = Preset("shelly-gen2");

        IReadOnlyList<Sample> samples = bench.Decode(
            "shellyplusht-b8d6/events/rpc",
            """{"src":"shellyplusht-b8d6","dst":"shellyplusht-b8d6/events","method":"NotifyStatus","params":{"ts":1680962879.62,"temperature:0":{"id":0,"tC":19.8,"tF":67.6},"humidity:0":{"id":0,"rh":42.2}}}""");

        AssertSamples(
            samples, At(2023, 4, 8, 14, 7, 59) + TimeSpan.FromMilliseconds(620), ("shellyplusht-b8d6/temperature:0/tC", 19.8), ("shellyplusht-b8d6/humidity:0/rh", 42.2));
    }

    [Fact]
    public void Shelly_gen2_before_it_knows_the_time_is_read_on_arrival()
    {
        Bench bench = Preset("shelly-gen2");

        Assert.Equal(EventTime.From(Bench.Noon), Assert.Single(bench.Decode("d/events/rpc", """{"params":{"ts":null,"humidity:0":{"rh":42.2}}}""")).Time);
    }

    [Fact]
    public void Shelly_gen2_status_topics_carry_one_component_each()
    {
        IReadOnlyList<Sample> samples = Preset("shelly-gen2-status").Decode(
            "plug/status/switch:0",
            """{"id":0,"output":true,"apower":8.9,"voltage":237.5,"current":0.041,"aenergy":{"total":6.532,"by_minute":[45.2,47.1,88.4],"minute_ts":1626935779},"temperature":{"tC":42.3,"tF":108.1}}""");

        AssertSamples(
            samples,
            EventTime.From(Bench.Noon),
            ("plug/switch:0/apower", 8.9), ("plug/switch:0/voltage", 237.5), ("plug/switch:0/current", 0.041), ("plug/switch:0/aenergy/total", 6.532), ("plug/switch:0/temperature/tC", 42.3));
    }

    [Fact]
    public void Esphome_sensors_are_plain_numbers_and_a_failed_one_is_not_finite()
    {
        Bench bench = Preset("esphome");

        AssertSamples(bench.Decode("livingroom/sensor/air_temperature/state", "21.5"), EventTime.From(Bench.Noon), ("livingroom/air_temperature", 21.5));
        Assert.Equal(RejectReason.NotFinite, bench.Rejection("livingroom/sensor/air_temperature/state", "nan"));
        Assert.Equal(RejectReason.Retained, bench.Rejection("livingroom/sensor/air_temperature/state", "21.5", retained: true));
        Assert.Equal(RejectReason.UnknownTopic, bench.Rejection("livingroom/debug", "[D][sensor:094]"));
    }

    [Theory]
    [InlineData("homie/car/engine/temperature", "21.5", 21.5)]
    [InlineData("homie/5/car/engine/temperature", "21.5", 21.5)]
    [InlineData("homie/5/car/engine/on", "true", 1)]
    public void Homie_properties_of_either_version_are_read(string topic, string payload, double value)
    {
        Sample sample = Assert.Single(Preset("homie").Decode(topic, payload));

        Assert.Equal((topic.Replace("homie/5/", "", StringComparison.Ordinal).Replace("homie/", "", StringComparison.Ordinal), value), (sample.Sensor, sample.Value));
    }

    [Theory]
    [InlineData("homie/car/$state", "ready")]
    [InlineData("homie/5/car/$state", "ready")]
    [InlineData("homie/5/car/$description", "{}")]
    [InlineData("homie/car/engine/temperature/$unit", "°C")]
    [InlineData("homie/car/engine/$properties", "temperature")]
    [InlineData("homie/car/engine/temperature/set", "5")]
    [InlineData("homie/$broadcast/alert/x", "1")]
    public void Homie_descriptions_and_commands_are_left_out(string topic, string payload) =>
        Assert.Equal(RejectReason.UnknownTopic, Preset("homie").Rejection(topic, payload));

    [Theory]
    [InlineData("v3/app@ttn/devices/dev1/up")]
    [InlineData("v3/app/devices/dev1/up")]
    public void The_things_stack_uplinks_are_read_once_at_the_time_they_were_received(string topic)
    {
        Bench bench = Preset("the-things-stack");
        const string payload =
            """{"end_device_ids":{"device_id":"dev1","dev_eui":"0004A30B001C0530"},"received_at":"2020-02-12T15:15:45.787123456Z","uplink_message":{"f_cnt":1,"f_port":1,"frm_payload":"gkHe","decoded_payload":{"temperature":1.0,"luminosity":0.64},"rx_metadata":[{"rssi":-35,"snr":5.2,"time":"2020-02-12T15:15:45.787Z"}],"received_at":"2020-02-12T15:15:45.787Z"}}""";

        AssertSamples(
            bench.Decode(topic, payload), At(2020, 2, 12, 15, 15, 45) + TimeSpan.FromTicks(7_871_234), ("dev1/temperature", 1.0), ("dev1/luminosity", 0.64));
        Assert.Equal(RejectReason.Repeated, bench.Rejection(topic, payload));
        Assert.Equal(2, bench.Decode(topic, payload.Replace("\"f_cnt\":1,", "", StringComparison.Ordinal)).Count);
        Assert.Equal(RejectReason.Repeated, bench.Rejection(topic, payload.Replace("\"f_cnt\":1,", "\"f_cnt\":0,", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_things_stack_simulated_uplinks_are_left_out_and_one_without_a_decoder_has_nothing_to_read()
    {
        Bench bench = Preset("the-things-stack");

        Assert.Equal(RejectReason.Filtered, bench.Rejection("v3/a/devices/d/up", """{"simulated":true,"uplink_message":{"decoded_payload":{"t":1}}}"""));
        Assert.Equal(RejectReason.None, bench.Rejection("v3/a/devices/d/up", """{"uplink_message":{"f_cnt":3,"frm_payload":"gkHe"}}"""));
    }

    [Fact]
    public void Owntracks_positions_are_read_at_the_time_of_the_fix_and_other_messages_left_out()
    {
        Bench bench = Preset("owntracks");

        IReadOnlyList<Sample> samples = bench.Decode("owntracks/ann/phone", """{"_type":"location","lat":46.12,"lon":7.21,"acc":27,"batt":92,"tst":1449956430,"vel":3}""");

        AssertSamples(
            samples,
            At(2015, 12, 12, 21, 40, 30),
            ("ann/phone/latitude", 46.12), ("ann/phone/longitude", 7.21), ("ann/phone/accuracy", 27), ("ann/phone/velocity", 3), ("ann/phone/battery", 92));
        Assert.Equal(RejectReason.Filtered, bench.Rejection("owntracks/ann/phone", """{"_type":"lwt","tst":1449956430}"""));
        Assert.Equal(RejectReason.Filtered, bench.Rejection("owntracks/ann/phone", """{"_type":"encrypted","data":"x"}"""));
        Assert.Equal(RejectReason.UnknownTopic, bench.Rejection("owntracks/ann/phone/event", """{"_type":"transition"}"""));
    }

    [Fact]
    public void What_stands_beside_a_preset_replaces_its_own()
    {
        var bench = new Bench(new SourceOptions { Preset = "zigbee2mqtt", Topic = "z2m/{device...}", Repeat = "keep", Channels = [new ChannelOptions { Name = "t", Path = "/temperature" }] });

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("a/t", Assert.Single(bench.Decode("z2m/a", """{"temperature":1,"humidity":2}""")).Sensor);
        }

        Assert.Equal(RejectReason.UnknownTopic, bench.Rejection("z2m/bridge/state", "{}"));
    }

    private static Bench Preset(string name) => new(new SourceOptions { Preset = name });

    private static EventTime At(int year, int month, int day, int hour, int minute, int second) =>
        EventTime.From(new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero));

    private static void AssertSamples(IReadOnlyList<Sample> samples, EventTime time, params (string Sensor, double Value)[] expected) =>
        Assert.Equal(expected.Select(sample => new Sample(sample.Sensor, sample.Value, time)), samples);
}
