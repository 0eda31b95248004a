using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>What a birth certificate said of a metric, and the sensor it feeds.</summary>
internal sealed class SparkplugMetric(string device, string name, string fullName)
{
    /// <summary>Its device, or empty for the node itself.</summary>
    public string Device => device;

    /// <summary>Its name in the birth.</summary>
    public string Name => name;

    /// <summary>Its name with group, node and device before it.</summary>
    public string FullName => fullName;

    /// <summary>Datatype by its number in the specification; 0 while unknown.</summary>
    public int Datatype { get; set; }

    /// <summary>The timestamp of the value read last.</summary>
    public ulong Timestamp { get; set; }

    /// <summary>The source for which channel and sensor were found.</summary>
    public SourcePlan? Source { get; set; }

    /// <summary>The channel that takes it, or null.</summary>
    public ChannelPlan? Plan { get; set; }

    /// <summary>Index of its sensor, or a negative number.</summary>
    public int Sensor { get; set; } = Route.Unknown;

    /// <summary>The number of an integer: it travels unsigned, so its datatype says which bits count and whether one is the sign.</summary>
    public static double Number(int datatype, ulong bits) => datatype switch
    {
        1 => (sbyte)bits,
        2 => (short)bits,
        3 => (int)bits,
        4 => (long)bits,
        5 => (byte)bits,
        6 => (ushort)bits,
        7 => (uint)bits,
        _ => bits,
    };

    /// <summary>Whether a datatype is one of an integer number.</summary>
    public static bool IsInteger(int datatype) => datatype is >= 1 and <= 8;
}
