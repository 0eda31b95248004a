using System.Globalization;

namespace SensorPipeline.Worker.Replay;

/// <summary>A row that was skipped.</summary>
/// <param name="Input">The input it stands in, as the user named it.</param>
/// <param name="Line">The line it begins on, counted from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
public readonly record struct BadRow(string Input, long Line, string Reason)
{
    /// <summary>One line a person can read.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Input}:{Line}: {Reason}");
}
