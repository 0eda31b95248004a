namespace SensorPipeline.Formats.Numbers;

/// <summary>Straight-line conversions between units of one quantity, by their UCUM codes. Each unit is stated in the quantity's coherent unit.</summary>
internal static class UnitConversion
{
    private static readonly Dictionary<string, Unit> Units = new(StringComparer.Ordinal)
    {
        ["K"] = new("temperature", 1),
        ["Cel"] = new("temperature", 1, 1, 273.15),
        ["[degF]"] = new("temperature", 5, 9, 273.15 - (160.0 / 9)),
        ["Pa"] = new("pressure", 1),
        ["hPa"] = new("pressure", 100),
        ["kPa"] = new("pressure", 1000),
        ["MPa"] = new("pressure", 1e6),
        ["bar"] = new("pressure", 1e5),
        ["mbar"] = new("pressure", 100),
        ["atm"] = new("pressure", 101_325),
        ["[psi]"] = new("pressure", 6894.757293168361),
        ["mm[Hg]"] = new("pressure", 133.322387415),
        ["[in_i'Hg]"] = new("pressure", 3386.388640341),
        ["W"] = new("power", 1),
        ["mW"] = new("power", 1, 1000),
        ["kW"] = new("power", 1000),
        ["MW"] = new("power", 1e6),
        ["J"] = new("energy", 1),
        ["kJ"] = new("energy", 1000),
        ["W.min"] = new("energy", 60),
        ["mW.h"] = new("energy", 3.6),
        ["W.h"] = new("energy", 3600),
        ["kW.h"] = new("energy", 3.6e6),
        ["MW.h"] = new("energy", 3.6e9),
        ["um"] = new("length", 1, 1e6),
        ["mm"] = new("length", 1, 1000),
        ["cm"] = new("length", 1, 100),
        ["m"] = new("length", 1),
        ["km"] = new("length", 1000),
        ["[in_i]"] = new("length", 0.0254),
        ["[ft_i]"] = new("length", 0.3048),
        ["[mi_i]"] = new("length", 1609.344),
        ["m/s"] = new("speed", 1),
        ["km/h"] = new("speed", 1000, 3600),
        ["[mi_i]/h"] = new("speed", 1609.344, 3600),
        ["[kn_i]"] = new("speed", 1852, 3600),
        ["mV"] = new("voltage", 1, 1000),
        ["V"] = new("voltage", 1),
        ["kV"] = new("voltage", 1000),
        ["uA"] = new("current", 1, 1e6),
        ["mA"] = new("current", 1, 1000),
        ["A"] = new("current", 1),
        ["Hz"] = new("frequency", 1),
        ["kHz"] = new("frequency", 1000),
        ["MHz"] = new("frequency", 1e6),
        ["ms"] = new("duration", 1, 1000),
        ["s"] = new("duration", 1),
        ["min"] = new("duration", 60),
        ["h"] = new("duration", 3600),
        ["d"] = new("duration", 86_400),
        ["1"] = new("ratio", 1),
        ["%"] = new("ratio", 1, 100),
        ["[ppm]"] = new("ratio", 1, 1e6),
        ["mg"] = new("mass", 1, 1e6),
        ["g"] = new("mass", 1, 1000),
        ["kg"] = new("mass", 1),
        ["t"] = new("mass", 1000),
        ["[lb_av]"] = new("mass", 0.45359237),
        ["mL"] = new("volume", 1, 1e6),
        ["L"] = new("volume", 1, 1000),
        ["m3"] = new("volume", 1),
        ["deg"] = new("angle", Math.PI, 180),
        ["rad"] = new("angle", 1),
    };

    /// <summary>The straight line from one unit to another; returns what is wrong, or null.</summary>
    public static string? TryFind(string from, string to, out double scale, out double offset)
    {
        scale = 1;
        offset = 0;
        if (!Units.TryGetValue(from, out Unit source) || !Units.TryGetValue(to, out Unit target))
        {
            string unknown = Units.ContainsKey(from) ? to : from;
            return $"cannot convert '{unknown}'; units it can convert: {string.Join(" ", Units.Keys)}";
        }

        if (source.Quantity != target.Quantity)
        {
            return $"cannot convert '{from}', a {source.Quantity}, to '{to}', a {target.Quantity}";
        }

        scale = source.Numerator * target.Denominator / (source.Denominator * target.Numerator);
        offset = (source.Offset - target.Offset) * target.Denominator / target.Numerator;
        return null;
    }

    /// <summary>In coherent units a value x is x × Numerator ÷ Denominator + Offset.</summary>
    private readonly record struct Unit(string Quantity, double Numerator, double Denominator = 1, double Offset = 0);
}
