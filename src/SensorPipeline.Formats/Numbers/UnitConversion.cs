namespace SensorPipeline.Formats.Numbers;

/// <summary>Straight-line conversions between units of one quantity, by their UCUM codes. Each unit is stated in the quantity's coherent unit.</summary>
internal static class UnitConversion
{
    private static readonly Dictionary<string, Unit> Units = new(StringComparer.Ordinal)
    {
        ["K"] = new("temperature", 1),
        ["Cel"] = new("temperature", 1, 1, 273.15m),
        ["[degF]"] = new("temperature", 5, 9, 2298.35m),
        ["Pa"] = new("pressure", 1),
        ["hPa"] = new("pressure", 100),
        ["kPa"] = new("pressure", 1000),
        ["MPa"] = new("pressure", 1_000_000),
        ["bar"] = new("pressure", 100_000),
        ["mbar"] = new("pressure", 100),
        ["atm"] = new("pressure", 101_325),
        ["[psi]"] = new("pressure", 6894.757293168361m),
        ["mm[Hg]"] = new("pressure", 133.322387415m),
        ["[in_i'Hg]"] = new("pressure", 3386.388640341m),
        ["W"] = new("power", 1),
        ["mW"] = new("power", 1, 1000),
        ["kW"] = new("power", 1000),
        ["MW"] = new("power", 1_000_000),
        ["J"] = new("energy", 1),
        ["kJ"] = new("energy", 1000),
        ["W.min"] = new("energy", 60),
        ["mW.h"] = new("energy", 3.6m),
        ["W.h"] = new("energy", 3600),
        ["kW.h"] = new("energy", 3_600_000),
        ["MW.h"] = new("energy", 3_600_000_000),
        ["um"] = new("length", 1, 1_000_000),
        ["mm"] = new("length", 1, 1000),
        ["cm"] = new("length", 1, 100),
        ["m"] = new("length", 1),
        ["km"] = new("length", 1000),
        ["[in_i]"] = new("length", 0.0254m),
        ["[ft_i]"] = new("length", 0.3048m),
        ["[mi_i]"] = new("length", 1609.344m),
        ["m/s"] = new("speed", 1),
        ["km/h"] = new("speed", 1000, 3600),
        ["[mi_i]/h"] = new("speed", 1609.344m, 3600),
        ["[kn_i]"] = new("speed", 1852, 3600),
        ["mV"] = new("voltage", 1, 1000),
        ["V"] = new("voltage", 1),
        ["kV"] = new("voltage", 1000),
        ["uA"] = new("current", 1, 1_000_000),
        ["mA"] = new("current", 1, 1000),
        ["A"] = new("current", 1),
        ["Hz"] = new("frequency", 1),
        ["kHz"] = new("frequency", 1000),
        ["MHz"] = new("frequency", 1_000_000),
        ["ms"] = new("duration", 1, 1000),
        ["s"] = new("duration", 1),
        ["min"] = new("duration", 60),
        ["h"] = new("duration", 3600),
        ["d"] = new("duration", 86_400),
        ["1"] = new("ratio", 1),
        ["%"] = new("ratio", 1, 100),
        ["[ppm]"] = new("ratio", 1, 1_000_000),
        ["mg"] = new("mass", 1, 1_000_000),
        ["g"] = new("mass", 1, 1000),
        ["kg"] = new("mass", 1),
        ["t"] = new("mass", 1000),
        ["[lb_av]"] = new("mass", 0.45359237m),
        ["mL"] = new("volume", 1, 1_000_000),
        ["L"] = new("volume", 1, 1000),
        ["m3"] = new("volume", 1),
        ["deg"] = new("angle", 3.1415926535897932m, 180),
        ["rad"] = new("angle", 1),
    };

    /// <summary>The codes of the units it knows.</summary>
    public static IEnumerable<string> Codes => Units.Keys;

    /// <summary>The straight line from one unit to another; returns what is wrong, or null.</summary>
    public static string? TryFind(string from, string to, out (decimal Factor, decimal Addend, decimal Divisor) line)
    {
        line = (1, 0, 1);
        if (!Units.TryGetValue(from, out Unit source) || !Units.TryGetValue(to, out Unit target))
        {
            string unknown = Units.ContainsKey(from) ? to : from;
            return $"cannot convert '{unknown}'; units it can convert: {string.Join(" ", Units.Keys)}";
        }

        if (source.Quantity != target.Quantity)
        {
            return $"cannot convert '{from}', a {source.Quantity}, to '{to}', a {target.Quantity}";
        }

        line = (source.Factor * target.Divisor, (source.Addend * target.Divisor) - (target.Addend * source.Divisor), source.Divisor * target.Factor);
        return null;
    }

    /// <summary>In coherent units a value x is (x × Factor + Addend) ÷ Divisor.</summary>
    private readonly record struct Unit(string Quantity, decimal Factor, decimal Divisor = 1, decimal Addend = 0);
}
