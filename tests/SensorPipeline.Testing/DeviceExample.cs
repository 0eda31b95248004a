namespace SensorPipeline.Testing;

/// <summary>A message as a device family documents it, and the readings it means under the configuration shipped for that family.</summary>
/// <param name="File">The configuration, below <c>config/</c>.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload; <c>hex:</c> before what is no text.</param>
/// <param name="Readings">Sensors and values, <c>sensor=value</c>, separated by blanks; empty where it is to be left out.</param>
public sealed record DeviceExample(string File, string Topic, string Payload, string Readings)
{
    private const string Hex = "hex:";

    /// <summary>At least one message for each shipped configuration.</summary>
    public static IReadOnlyList<DeviceExample> All { get; } =
    [
        new("appsettings.json", "sensors/kitchen/temperature", "21.5", "kitchen/temperature=21.5"),
        new("appsettings.json", "devices/kitchen", """{"temperature":21.5,"climate":{"humidity":"44"},"state":"on"}""", "kitchen/temperature=21.5"),
        new("appsettings.json", "devices/kitchen", """{"climate":{"humidity":44}}""", "kitchen/climate/humidity=44"),
        new(
            "zigbee2mqtt.json",
            "zigbee2mqtt/kitchen/window",
            """{"battery":97,"humidity":44.72,"last_seen":"2024-05-01T10:00:00+02:00","linkquality":120,"temperature":27.34}""",
            "kitchen/window/temperature=27.34 kitchen/window/humidity=44.72"),
        new("zigbee2mqtt.json", "zigbee2mqtt/bridge/state", """{"temperature":1}""", ""),
        new("zigbee2mqtt.json", "zigbee2mqtt/kitchen/window/availability", """{"temperature":1}""", ""),
        new(
            "tasmota.json",
            "tele/freezer/SENSOR",
            """{"Time":"2021-01-02T09:09:44","DS18B20-1":{"Id":"00000566CC39","Temperature":13.3},"DS18B20-2":{"Id":"0000059352D4","Temperature":85},"TempUnit":"C"}""",
            "freezer/DS18B20-1/temperature=13.3"),
        new(
            "tasmota.json",
            "tele/plug/SENSOR",
            """{"Time":"2021-01-02T09:09:44","ENERGY":{"Power":[8],"Voltage":231,"Current":0.04}}""",
            "plug/voltage=231 plug/current=0.04"),
        new("redundant.json", "rooms/attic/north/temperature", "21.4", "attic/north/temperature=21.4"),
        new("esphome.json", "attic/sensor/room_temperature/state", "21.5", "attic/room_temperature=21.5"),
        new("esphome.json", "attic/sensor/room_temperature/state", "nan", ""),
        new("esphome.json", "attic/debug", "21.5", ""),
        new("shelly.json", "shellies/shelly1pm-A4CF12/relay/0/power", "12.34", "shelly1pm-A4CF12/relay/0/power=12.34"),
        new("shelly.json", "shellies/shelly1pm-A4CF12/relay/0/energy", "1440", "shelly1pm-A4CF12/relay/0/energy=24"),
        new("shelly.json", "shellies/shelly1pm-A4CF12/temperature_f", "70.1", ""),
        new(
            "shelly-gen2.json",
            "shellyplusht-b8d6/events/rpc",
            """{"src":"shellyplusht-b8d6","dst":"shellyplusht-b8d6/events","method":"NotifyStatus","params":{"ts":1680962879.62,"temperature:0":{"id":0,"tC":19.8,"tF":67.6},"humidity:0":{"id":0,"rh":42.2}}}""",
            "shellyplusht-b8d6/temperature:0/tC=19.8 shellyplusht-b8d6/humidity:0/rh=42.2"),
        new("homie.json", "homie/car/engine/temperature", "21.5", "car/engine/temperature=21.5"),
        new("homie.json", "homie/5/boat/engine/temperature", "20.5", "boat/engine/temperature=20.5"),
        new("homie.json", "homie/5/boat/$state", "ready", ""),
        new(
            "the-things-stack.json",
            "v3/app@ttn/devices/dev1/up",
            """{"end_device_ids":{"device_id":"dev1"},"received_at":"2020-02-12T15:15:45.787123456Z","uplink_message":{"f_cnt":1,"frm_payload":"gkHe","decoded_payload":{"temperature":1.0,"luminosity":0.64}}}""",
            "dev1/temperature=1 dev1/luminosity=0.64"),
        new("owntracks.json", "owntracks/ann/phone", """{"_type":"location","lat":46.12,"lon":7.21,"acc":27,"tst":1449956430}""", "ann/phone/latitude=46.12 ann/phone/longitude=7.21 ann/phone/accuracy=27"),
        new("owntracks.json", "owntracks/ann/phone", """{"_type":"lwt","tst":1449956430}""", ""),
        new(
            "sparkplug.json",
            "spBv1.0/plant/NBIRTH/edge",
            "hex:08EAF2F5A8A02B120B0A0562645365712004580412160A0B74656D706572617475726510012009650000A0411800",
            "plant/edge/bdSeq=4 plant/edge/temperature=20"),
        new("senml.json", "senml/gw1", """[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.276020076001e+09,"n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"u":"A","v":1.2}]""", "gw1/urn:dev:ow:10e2073a01080063:voltage=120.1 gw1/urn:dev:ow:10e2073a01080063:current=1.2"),
        new("senml.json", "senml-cbor/gw2", "hex:81A2006774656D7065726102FB4035800000000000", "gw2/tempera=21.5"),
        new("influx.json", "telegraf/server1", "weather,site=lab temp=21.5,n=3i 1556813561098000000", "server1/weather/lab/temp=21.5 server1/weather/lab/n=3"),
        new("json.json", "lab/bench1/env", """{"ts":1718000000123,"temp":21.5,"rh":"44.1","fan":"ON","air":{"p":101.25}}""", "bench1/temperature=21.5 bench1/humidity=44.1 bench1/fan=1 bench1/pressure=1012.5"),
        new("json.json", "lab/bench1/env", """{"temp":85,"rh":130}""", ""),
        new("binary.json", "daq/board1", "hex:0000C03F000010C00000404000008040", "board1/x=1.5 board1/y=-2.25 board1/x=3 board1/y=4"),
        new("csv.json", "logger/north", "time,temp,wind\r\n2026-01-01T00:00:00Z,1.5,3\r\n2026-01-01T00:01:00Z,1.75,4\r\n", "north/temperature=1.5 north/wind=3 north/temperature=1.75 north/wind=4"),
    ];

    /// <summary>The payload as bytes.</summary>
    public byte[] Bytes => Payload.StartsWith(Hex, StringComparison.Ordinal) ? Convert.FromHexString(Payload.AsSpan(Hex.Length)) : System.Text.Encoding.UTF8.GetBytes(Payload);
}
