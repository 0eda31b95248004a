using System.Globalization;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Reads decimal numbers from UTF-8 text, exactly as <see cref="double.Parse(ReadOnlySpan{byte}, NumberStyles, IFormatProvider?)"/> with
/// sign, decimal point and exponent would. Most recorded numbers have few digits: their integer and the power of ten below it are both
/// exact doubles, so one division rounds once and correctly (Clinger 1990); the rest take the library's way.
/// </summary>
public static class NumberText
{
    private const ulong LargestExactInteger = 1UL << 53;
    private const int MostDigits = 19;
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ];

    /// <summary>Reads a finite number that fills the text; false when it is none, infinite or no number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        int i = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        int start = i;
        ulong digits = ReadDigits(text, 0, ref i);
        int count = i - start;
        int decimals = 0;
        if (i < text.Length && text[i] == (byte)'.')
        {
            start = ++i;
            digits = ReadDigits(text, digits, ref i);
            decimals = i - start;
            count += decimals;
        }

        if (i == text.Length && count is > 0 and <= MostDigits && digits <= LargestExactInteger)
        {
            double magnitude = digits / PowersOfTen[decimals];
            value = text[0] == (byte)'-' ? -magnitude : magnitude;
            return true;
        }

        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    // Wraps around behind 19 digits; the caller counts them.
    private static ulong ReadDigits(ReadOnlySpan<byte> text, ulong digits, ref int i)
    {
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            digits = (digits * 10) + (uint)(text[i] - '0');
        }

        return digits;
    }
}
