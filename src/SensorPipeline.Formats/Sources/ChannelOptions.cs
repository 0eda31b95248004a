namespace SensorPipeline.Formats.Sources;

/// <summary>One value of a payload: where it stands, what it is called, and how it becomes a reading.</summary>
public sealed record ChannelOptions
{
    /// <summary>
    /// Name behind the source's sensor name, with the topic's placeholders and <c>{0}</c>, <c>{1}</c> for what the stars of
    /// <see cref="Path"/> matched. May be left out by an only channel, which is then named by the source's sensor alone.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// JSON: a pointer (RFC 6901) in which <c>*</c> is any member or index. Formats whose records carry names: a topic filter for the
    /// names, default <c>#</c>, and <c>{0}</c> is the name. Binary and CSV: the column, from 0, default the channel's position; or its name.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Unit of the value in the payload, UCUM: <c>Cel</c>, <c>[degF]</c>, <c>hPa</c> … Known ones can be converted, any is passed on.</summary>
    public string? Unit { get; init; }

    /// <summary>Unit to convert to, from <see cref="Unit"/>.</summary>
    public string? ConvertTo { get; init; }

    /// <summary>Factor on the payload's value, before a unit conversion. Default 1.</summary>
    public double? Scale { get; init; }

    /// <summary>Added after <see cref="Scale"/>. Default 0.</summary>
    public double? Offset { get; init; }

    /// <summary>Numbers that texts and booleans stand for, without regard to case: <c>{"ON":1,"OFF":0}</c>.</summary>
    public Dictionary<string, double> Value { get; init; } = [];

    /// <summary>Least and greatest possible reading, in the final unit; what lies outside is rejected.</summary>
    public double[]? Range { get; init; }

    /// <summary>The step in which the sensor reports, in the final unit.</summary>
    public double? Resolution { get; init; }

    /// <summary>Whether what the path finds is not to be read: takes it away from a path with stars.</summary>
    public bool Ignore { get; init; }

    /// <summary>Payload values that mean a fault, not a reading: −127 and 85 of a DS18B20.</summary>
    public double[] Reject { get; init; } = [];
}
