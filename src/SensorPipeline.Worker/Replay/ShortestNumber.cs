using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Writes a double with the fewest decimal digits that read back the same, in the notation of .NET and several times faster, since a
/// replay writes five numbers a reading. (At some powers of two the library's own digits read back as a neighbour; these do not.) The digits are found with three multiplications by a tabulated power of ten, rounded to odd
/// (Giulietti 2020, "The Schubfach way to render doubles"); numbers below 2⁻¹⁰²² go the library's way. The table takes 10 KB.
/// </summary>
public static class ShortestNumber
{
    /// <summary>No number is longer, in bytes.</summary>
    public const int MaxLength = 32;

    private const int FractionBits = 52;
    private const int ExponentMask = 0x7FF;
    private const int LeastExponent = -1074;
    private const int LeastPower = -324;
    private const int GreatestPower = 292;
    private const int MostDigits = 17;

    // Numbers from 1e-4 to below 1e17 are written without an exponent.
    private const int GreatestPlainExponent = 16;
    private const int LeastPlainExponent = -4;
    private const ulong HiddenBit = 1UL << FractionBits;
    private const ulong Low63 = long.MaxValue;

    private static readonly (ulong High, ulong Low)[] Powers = Tabulate();

    /// <summary>Writes a finite number; returns the number of bytes.</summary>
    public static int Format(double value, Span<byte> text)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int sign = (int)(bits >> 63);
        text[0] = (byte)'-';
        if (value == 0)
        {
            text[sign] = (byte)'0';
            return sign + 1;
        }

        int biased = (int)(bits >> FractionBits) & ExponentMask;
        if (biased is 0 or ExponentMask)
        {
            // Subnormal, or not finite.
            value.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }

        (ulong digits, int power) = Shortest((bits & (HiddenBit - 1)) | HiddenBit, biased + LeastExponent - 1);
        return sign + Lay(digits, power, text[sign..]);
    }

    // The decimal digits · 10^power nearest to c · 2^q among the shortest that lie within half a unit of it.
    private static (ulong Digits, int Power) Shortest(ulong c, int q)
    {
        if (q is <= 0 and > -53 && (c & ((1UL << -q) - 1)) == 0)
        {
            return (c >> -q, 0);
        }

        // Halfway to the neighbours, in quarters; below a power of two the neighbour is half as far away.
        bool isRegular = c != HiddenBit || q == LeastExponent;
        int k = (int)(((q * 661_971_961_083L) - (isRegular ? 0 : 274_743_187_321L)) >> 41);
        int shift = q + FloorLog2PowerOf10(-k) + 2;
        (ulong high, ulong low) = Powers[k - LeastPower];
        ulong value = RoundToOdd(high, low, (c << 2) << shift);
        ulong lower = RoundToOdd(high, low, ((c << 2) - (isRegular ? 2UL : 1UL)) << shift);
        ulong upper = RoundToOdd(high, low, ((c << 2) + 2) << shift);
        ulong excluded = c & 1;
        ulong s = value >> 2;
        ulong tens = s / 10 * 10;
        bool isBelow = lower + excluded <= tens << 2;
        bool isAbove = ((tens + 10) << 2) + excluded <= upper;
        if (isBelow != isAbove)
        {
            return (isBelow ? tens : tens + 10, k);
        }

        isBelow = lower + excluded <= s << 2;
        isAbove = ((s + 1) << 2) + excluded <= upper;
        bool isDown = isBelow != isAbove ? isBelow : (value & 3) < 2 || ((value & 3) == 2 && (s & 1) == 0);
        return (isDown ? s : s + 1, k);
    }

    private static ulong RoundToOdd(ulong high, ulong low, ulong factor)
    {
        ulong carry = Math.BigMul(low, factor, out _);
        ulong upper = Math.BigMul(high, factor, out ulong lower);
        ulong middle = (lower >> 1) + carry;
        return (upper + (middle >> 63)) | (((middle & Low63) + Low63) >> 63);
    }

    private static int Lay(ulong digits, int power, Span<byte> text)
    {
        while (digits % 10 == 0)
        {
            digits /= 10;
            power++;
        }

        Span<byte> decimals = stackalloc byte[MostDigits + 3];
        Utf8Formatter.TryFormat(digits, decimals, out int count);
        decimals = decimals[..count];
        int exponent = power + count - 1;
        return exponent is > GreatestPlainExponent or < LeastPlainExponent ? Scientific(decimals, exponent, text)
            : exponent < 0 ? Below1(decimals, exponent, text)
            : Plain(decimals, exponent + 1, text);
    }

    private static int Plain(ReadOnlySpan<byte> decimals, int whole, Span<byte> text)
    {
        if (decimals.Length <= whole)
        {
            decimals.CopyTo(text);
            text[decimals.Length..whole].Fill((byte)'0');
            return whole;
        }

        decimals[..whole].CopyTo(text);
        text[whole] = (byte)'.';
        decimals[whole..].CopyTo(text[(whole + 1)..]);
        return decimals.Length + 1;
    }

    private static int Below1(ReadOnlySpan<byte> decimals, int exponent, Span<byte> text)
    {
        int leading = 1 - exponent;
        text[..leading].Fill((byte)'0');
        text[1] = (byte)'.';
        decimals.CopyTo(text[leading..]);
        return leading + decimals.Length;
    }

    private static int Scientific(ReadOnlySpan<byte> decimals, int exponent, Span<byte> text)
    {
        int length = Plain(decimals, 1, text);
        text[length++] = (byte)'E';
        text[length++] = (byte)(exponent < 0 ? '-' : '+');
        int magnitude = Math.Abs(exponent);
        if (magnitude >= 100)
        {
            text[length++] = (byte)('0' + (magnitude / 100));
        }

        text[length++] = (byte)('0' + (magnitude / 10 % 10));
        text[length++] = (byte)('0' + (magnitude % 10));
        return length;
    }

    private static int FloorLog2PowerOf10(int exponent) => (int)((exponent * 913_124_641_741L) >> 38);

    // For each k the 126 leading bits of 10^-k, rounded up, in two halves of 63 bits.
    private static (ulong High, ulong Low)[] Tabulate()
    {
        var powers = new (ulong High, ulong Low)[GreatestPower - LeastPower + 1];
        for (int k = LeastPower; k <= GreatestPower; k++)
        {
            int shift = FloorLog2PowerOf10(-k) - 125;
            BigInteger numerator = k < 0 ? BigInteger.Pow(10, -k) : BigInteger.One;
            BigInteger denominator = k < 0 ? BigInteger.One : BigInteger.Pow(10, k);
            BigInteger scaled = (shift > 0 ? numerator / (denominator << shift) : (numerator << -shift) / denominator) + 1;
            powers[k - LeastPower] = ((ulong)(scaled >> 63), (ulong)(scaled & Low63));
        }

        return powers;
    }
}
