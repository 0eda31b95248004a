using System.Globalization;
using System.Runtime.CompilerServices;

namespace SensorPipeline.Formats.Numbers;

/// <summary>
/// A decimal number in text, taken apart: ± mantissa × 10^exponent. Up to 19 digits are exact, which all times and nearly all sensor values are.
/// </summary>
public readonly struct DecimalText
{
    // A double holds every whole number of 15 digits.
    private const int ShortDigits = 15;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private static readonly ulong[] WholePowersOfTen = [.. Enumerable.Range(0, 20).Select(power => (ulong)PowersOfTen[power])];

    private DecimalText(ulong mantissa, int exponent, bool negative, bool exact)
    {
        Mantissa = mantissa;
        Exponent = exponent;
        IsNegative = negative;
        IsExact = exact;
    }

    /// <summary>The digits as a whole number.</summary>
    public ulong Mantissa { get; }

    /// <summary>The power of ten they are multiplied with.</summary>
    public int Exponent { get; }

    /// <summary>Whether there is a minus sign before them.</summary>
    public bool IsNegative { get; }

    /// <summary>Whether no digit was left out of the mantissa.</summary>
    public bool IsExact { get; }

    /// <summary>
    /// Reads a whole text: optional sign, digits with an optional point (at least one digit), optional exponent. Every JSON number is of this form.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        int i = 0;
        bool negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            i = 1;
        }

        ulong mantissa = 0;
        int start = i;
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            mantissa = (mantissa * 10) + (uint)(text[i++] - '0');
        }

        int digits = i - start;
        int exponent = 0;
        if ((uint)i < (uint)text.Length && text[i] == '.')
        {
            int point = ++i;
            while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
            {
                mantissa = (mantissa * 10) + (uint)(text[i++] - '0');
            }

            exponent = point - i;
            digits -= exponent;
        }

        if (digits == 0)
        {
            return false;
        }

        bool exact = digits <= 19;
        if (!exact)
        {
            exact = Recount(text[start..i], out mantissa, out exponent);
        }

        if (i < text.Length && !TryParseExponent(text[i..], ref exponent))
        {
            return false;
        }

        number = new DecimalText(mantissa, exponent, negative, exact);
        return true;
    }

    /// <summary>The nearest double to a whole text; infinite where it is too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) => TryParseShort(text, out value) || TryParseAny(text, out value);

    // What nearly every sensor sends: no exponent, and so few digits that they and the power of ten are exact doubles.
    private static bool TryParseShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        int first = negative ? 1 : 0;
        if ((uint)(text.Length - first - 1) >= ShortDigits)
        {
            return false;
        }

        long mantissa = 0;
        int point = text.Length;
        for (int i = first; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
            }
            else if (text[i] == '.' && point == text.Length)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        int fraction = text.Length - point - 1;
        if (fraction == text.Length - first - 1)
        {
            return false;
        }

        double magnitude = fraction > 0 ? mantissa / PowersOfTen[fraction] : mantissa;
        value = negative ? -magnitude : magnitude;
        return true;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> text, out double value)
    {
        if (!TryParse(text, out DecimalText number))
        {
            value = 0;
            return false;
        }

        // Mantissa and power of ten are both exact doubles, so one rounding gives the nearest (Clinger 1990).
        if (number is { IsExact: true, Mantissa: <= 1UL << 53, Exponent: >= -22 and <= 22 })
        {
            double magnitude = number.Mantissa;
            magnitude = number.Exponent < 0 ? magnitude / PowersOfTen[-number.Exponent] : magnitude * PowersOfTen[number.Exponent];
            value = number.IsNegative ? -magnitude : magnitude;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The whole part of the number times a power of ten; false where it exceeds a quarter of what a long holds.</summary>
    public bool TryScale(int power, out long scaled)
    {
        const ulong limit = long.MaxValue / 4;
        int shift = Exponent + power;
        ulong magnitude = Mantissa;
        if (shift < 0)
        {
            magnitude = -shift < WholePowersOfTen.Length ? magnitude / WholePowersOfTen[-shift] : 0;
        }
        else if (shift > 0 && magnitude > 0)
        {
            ulong product = 0;
            bool possible = shift < WholePowersOfTen.Length && Math.BigMul(magnitude, WholePowersOfTen[shift], out product) == 0;
            magnitude = possible ? product : ulong.MaxValue;
        }

        bool fits = magnitude <= limit;
        scaled = !fits ? 0 : IsNegative ? -(long)magnitude : (long)magnitude;
        return fits;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, ref int exponent)
    {
        if (text[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        int i = 1;
        bool negative = false;
        if (i < text.Length && text[i] is (byte)'-' or (byte)'+')
        {
            negative = text[i++] == '-';
        }

        int start = i;
        int value = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            // Beyond this every double is zero or infinite, whatever the mantissa of a payload's length.
            value = Math.Min((value * 10) + (text[i] - '0'), 10_000_000);
        }

        exponent += negative ? -value : value;
        return i == text.Length && i > start;
    }

    /// <summary>Takes the first 19 significant digits of a longer number; tells whether the others are zeros.</summary>
    private static bool Recount(ReadOnlySpan<byte> digits, out ulong mantissa, out int exponent)
    {
        mantissa = 0;
        exponent = 0;
        int taken = 0;
        bool exact = true;
        bool fraction = false;
        foreach (byte digit in digits)
        {
            if (digit == '.')
            {
                fraction = true;
            }
            else if (taken < 19)
            {
                mantissa = (mantissa * 10) + (uint)(digit - '0');
                taken += mantissa > 0 ? 1 : 0;
                exponent -= fraction ? 1 : 0;
            }
            else
            {
                exact &= digit == '0';
                exponent += fraction ? 0 : 1;
            }
        }

        return exact;
    }
}
