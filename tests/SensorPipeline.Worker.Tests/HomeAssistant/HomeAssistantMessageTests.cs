using System.Text.Json;
using SensorPipeline.Worker.HomeAssistant;
using Xunit;

namespace SensorPipeline.Worker.Tests.HomeAssistant;

public class HomeAssistantMessageTests
{
    private static readonly HomeAssistantMessage Message = new("homeassistant", "lab");

    [Fact]
    public void A_sensor_is_a_mean_a_noise_and_an_outlier_of_one_device()
    {
        JsonElement message = Of("bench1/temperature", "Cel");

        Assert.Equal("sensor-pipeline/lab/status", message.GetProperty("avty")[0].GetProperty("t").GetString());
        Assert.Equal("sensor-pipeline/lab/sensor/bench1/temperature/state", message.GetProperty("stat_t").GetString());
        Assert.Equal(["mean", "noise", "outlier"], message.GetProperty("cmps").EnumerateObject().Select(component => component.Name));
        Assert.Equal("binary_sensor", message.GetProperty("cmps").GetProperty("outlier").GetProperty("p").GetString());
        Assert.Equal(
            message.GetProperty("dev").GetProperty("ids")[0].GetString(), Of("bench1/humidity", "%").GetProperty("dev").GetProperty("ids")[0].GetString());
    }

    [Theory]
    [InlineData("Cel", "a/t", "°C", "temperature", "K")]
    [InlineData("[degF]", "a/t", "°F", "temperature", "°F")]
    [InlineData("%", "a/humidity", "%", "humidity", "%")]
    [InlineData("%", "a/load", "%", null, "%")]
    [InlineData("hPa", "a/p", "hPa", "pressure", "hPa")]
    [InlineData("W.h", "a/e", "Wh", null, "Wh")]
    [InlineData("furlong", "a/f", "furlong", null, "furlong")]
    [InlineData(null, "a/x", null, null, null)]
    public void Unit_and_device_class_fit_each_other_and_a_noise_has_no_class(string? code, string sensor, string? unit, string? deviceClass, string? spread)
    {
        JsonElement components = Of(sensor, code).GetProperty("cmps");

        Assert.Equal(unit, Text(components.GetProperty("mean"), "unit_of_meas"));
        Assert.Equal(deviceClass, Text(components.GetProperty("mean"), "dev_cla"));
        Assert.Equal(spread, Text(components.GetProperty("noise"), "unit_of_meas"));
        Assert.Null(Text(components.GetProperty("noise"), "dev_cla"));
    }

    [Theory]
    [InlineData("a/b", "a_b")]
    [InlineData("ü", "u")]
    [InlineData("a b", "a+b")]
    public void Two_sensors_never_share_a_topic_and_each_is_an_identifier(string one, string other)
    {
        Assert.NotEqual(Message.Topic(one), Message.Topic(other));
        Assert.All(new[] { one, other }, sensor => Assert.Matches("^homeassistant/device/[a-zA-Z0-9_-]+/config$", Message.Topic(sensor)));
    }

    private static JsonElement Of(string sensor, string? unit) => JsonDocument.Parse(Message.Of(sensor, unit)).RootElement;

    private static string? Text(JsonElement component, string key) => component.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;
}
