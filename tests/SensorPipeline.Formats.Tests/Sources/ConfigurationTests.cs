using System.Text;
using Microsoft.Extensions.Configuration;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;

namespace SensorPipeline.Formats.Tests.Sources;

/// <summary>What people write in a file arrives in the options, every key of it.</summary>
public class ConfigurationTests
{
    private const string File =
        """
        { "Sources": [
          { "Preset": "zigbee2mqtt" },
          { "Topic": "lab/{bench}/env", "Format": "json", "Qos": 0, "Sensor": "{bench}",
            "Channels": [ { "Name": "temperature", "Path": "/temp", "Unit": "Cel", "ConvertTo": "K", "Scale": 2, "Offset": 1, "Range": [0, 400],
                            "Resolution": 0.1, "Reject": [85, -127], "Value": { "ON": 1, "OFF": 0 } },
                          { "Path": "/*", "Name": "{0}" }, { "Path": "/rssi", "Ignore": true } ],
            "Time": "/ts", "TimeFormat": "ms", "TimeZone": null, "Retained": "ignore", "Repeat": "drop-unchanged", "RepeatWindow": "00:10:00",
            "MaxFuture": "00:00:05", "MaxAge": "1.00:00:00", "Period": "00:00:00.010", "TimeOf": "first", "Counter": "/n",
            "Exclude": ["lab/+/set"], "Require": { "/_type": "env" }, "Refuse": { "/simulated": true } },
          { "Topic": "b", "Format": "binary", "Binary": { "Type": "i16", "Endian": "big", "Skip": 4, "Width": 3 } },
          { "Topic": "c", "Format": "csv", "Csv": { "Separator": ";", "Header": true }, "Path": "temp" },
          { "Preset": "sparkplug", "Sparkplug": { "RequestRebirth": true } } ] }
        """;

    private static SourceOptions[] Bound
    {
        get
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(File));
            IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return configuration.GetSection("Sources").Get<SourceOptions[]>(binder => binder.ErrorOnUnknownConfiguration = true)!;
        }
    }

    [Fact]
    public void Every_key_of_a_file_arrives()
    {
        SourceOptions[] sources = Bound;

        Assert.Equal("zigbee2mqtt", sources[0].Preset);
        SourceOptions source = sources[1];
        Assert.Equal(
            ("lab/{bench}/env", "json", 0, "{bench}", "/ts", "ms", null, "ignore", "drop-unchanged", "first", "/n"),
            (source.Topic, source.Format, source.Qos, source.Sensor, source.Time, source.TimeFormat, source.TimeZone, source.Retained, source.Repeat, source.TimeOf, source.Counter));
        Assert.Equal(
            (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5), TimeSpan.FromDays(1), TimeSpan.FromMilliseconds(10)),
            (source.RepeatWindow, source.MaxFuture, source.MaxAge, source.Period));
        Assert.Equal(["lab/+/set"], source.Exclude);
        Assert.Equal("env", source.Require["/_type"]);
        Assert.Equal("True", source.Refuse["/simulated"]);
        ChannelOptions channel = source.Channels[0];
        Assert.Equal(("temperature", "/temp", "Cel", "K", 2.0, 1.0, 0.1), (channel.Name, channel.Path, channel.Unit, channel.ConvertTo, channel.Scale, channel.Offset, channel.Resolution));
        Assert.Equal([0, 400], channel.Range!);
        Assert.Equal([85, -127], channel.Reject);
        Assert.Equal(1, channel.Value["ON"]);
        Assert.True(source.Channels[2].Ignore);
        Assert.Equal(new BinaryOptions { Type = "i16", Endian = "big", Skip = 4, Width = 3 }, sources[2].Binary);
        Assert.Equal(new CsvOptions { Separator = ";", Header = true }, sources[3].Csv);
        Assert.True(sources[4].Sparkplug!.RequestRebirth);
    }

    [Fact]
    public void The_file_compiles_and_decodes()
    {
        var bench = new Bench(Bound);

        IReadOnlyList<Sample> samples = bench.Decode("lab/b1/env", """{"_type":"env","ts":1772366399000,"temp":10,"rssi":-60,"rh":44,"n":1}""");

        Assert.Equal([("b1/temperature", 294.15), ("b1/rh", 44)], samples.Select(sample => (sample.Sensor, Math.Round(sample.Value, 9))));
    }
}
