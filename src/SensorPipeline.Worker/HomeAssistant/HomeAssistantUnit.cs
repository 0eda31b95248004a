namespace SensorPipeline.Worker.HomeAssistant;

/// <summary>A unit as Home Assistant writes it, and the kind of quantity that it lets an entity be; Home Assistant refuses the one without the other.</summary>
/// <param name="Unit">The unit of the value.</param>
/// <param name="DeviceClass">The device class of the value, or null.</param>
/// <param name="Spread">The unit of a standard deviation: a difference of temperatures is no temperature.</param>
internal readonly record struct HomeAssistantUnit(string Unit, string? DeviceClass, string Spread)
{
    private static readonly Dictionary<string, HomeAssistantUnit> Known = new(StringComparer.Ordinal)
    {
        ["Cel"] = new("°C", "temperature", "K"),
        ["[degF]"] = new("°F", "temperature", "°F"),
        ["K"] = new("K", "temperature", "K"),
        ["Pa"] = Of("Pa", "pressure"),
        ["hPa"] = Of("hPa", "pressure"),
        ["kPa"] = Of("kPa", "pressure"),
        ["mbar"] = Of("mbar", "pressure"),
        ["bar"] = Of("bar", "pressure"),
        ["W"] = Of("W", "power"),
        ["kW"] = Of("kW", "power"),
        ["V"] = Of("V", "voltage"),
        ["mV"] = Of("mV", "voltage"),
        ["A"] = Of("A", "current"),
        ["mA"] = Of("mA", "current"),
        ["Hz"] = Of("Hz", "frequency"),
        ["kHz"] = Of("kHz", "frequency"),
        ["lx"] = Of("lx", "illuminance"),
        ["m"] = Of("m", "distance"),
        ["mm"] = Of("mm", "distance"),
        ["km"] = Of("km", "distance"),
        ["km/h"] = Of("km/h", "speed"),
        ["m/s"] = Of("m/s", "speed"),
        ["var"] = Of("var", "reactive_power"),

        // An energy counts up, and its mean does not: of that class Home Assistant would refuse a measurement.
        ["W.h"] = Of("Wh", null),
        ["kW.h"] = Of("kWh", null),
        ["deg"] = Of("°", null),
        ["[ppm]"] = Of("ppm", null),
        ["%"] = Of("%", null),
    };

    /// <summary>The unit of a UCUM code; one that is not known is passed on without a class, and none stays none.</summary>
    public static HomeAssistantUnit? From(string? code, string sensor) => code switch
    {
        null or "1" => null,
        "%" when sensor.EndsWith("humidity", StringComparison.OrdinalIgnoreCase) => Of("%", "humidity"),
        "%" when sensor.EndsWith("battery", StringComparison.OrdinalIgnoreCase) => Of("%", "battery"),
        "[ppm]" when sensor.EndsWith("co2", StringComparison.OrdinalIgnoreCase) => Of("ppm", "carbon_dioxide"),
        _ => Known.TryGetValue(code, out HomeAssistantUnit known) ? known : Of(code, null),
    };

    private static HomeAssistantUnit Of(string unit, string? deviceClass) => new(unit, deviceClass, unit);
}
