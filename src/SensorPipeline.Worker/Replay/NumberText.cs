using System.Globalization;
using SensorPipeline.Formats.Numbers;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Reads decimal numbers from UTF-8 text, exactly as <see cref="double.Parse(ReadOnlySpan{byte}, NumberStyles, IFormatProvider?)"/> with
/// sign, decimal point and exponent would.
/// </summary>
public static class NumberText
{
    /// <summary>Reads a finite number that fills the text; false when it is none, infinite or no number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) => DecimalText.TryParse(text, out value) && double.IsFinite(value);
}
