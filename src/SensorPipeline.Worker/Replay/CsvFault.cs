namespace SensorPipeline.Worker.Replay;

/// <summary>What is wrong with a record as CSV, before anybody asks what its fields mean.</summary>
public enum CsvFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A quote opens and never closes.</summary>
    UnclosedQuote,

    /// <summary>A quote stands inside a field that does not begin with one, or text follows a closing quote.</summary>
    StrayQuote,

    /// <summary>The record is longer than the limit.</summary>
    TooLong,

    /// <summary>The record has more fields than the limit.</summary>
    TooManyFields,
}
