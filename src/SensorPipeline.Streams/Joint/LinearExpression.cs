using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// A linear combination of members, c + Σ wᵢxᵢ, read from text: numbers, <c>+ - * /</c>, parentheses and members' names. A name is the last
/// level of a member's name or all of it; one that is not letters, digits and underscores stands in quotes: <c>0.5 * (flow - "boiler/return")</c>.
/// Products of members and divisions by them are not linear and are refused.
/// </summary>
public sealed class LinearExpression
{
    private LinearExpression(double constant, IReadOnlyList<(string Member, double Weight)> terms)
    {
        Constant = constant;
        Terms = terms;
    }

    /// <summary>c.</summary>
    public double Constant { get; }

    /// <summary>The members and their weights, each member once, in order of appearance.</summary>
    public IReadOnlyList<(string Member, double Weight)> Terms { get; }

    /// <summary>Reads an expression, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LinearExpression? expression, [NotNullWhen(false)] out string? fault)
    {
        var parser = new Parser(text);
        Sum sum = parser.ReadAll();
        fault = parser.Fault ?? (sum.Weights.Count == 0 ? "names no member" : sum.IsFinite ? null : "has a weight that is not finite");
        expression = fault is null ? new LinearExpression(sum.Constant, [.. sum.Weights.Select(pair => (pair.Key, pair.Value))]) : null;
        return fault is null;
    }

    /// <summary>Whether a name in an expression means a sensor: its whole name, or the last level of it.</summary>
    public static bool Means(string name, string sensor) => sensor == name || sensor.AsSpan()[(sensor.LastIndexOf('/') + 1)..].SequenceEqual(name);

    private sealed record Sum(double Constant, OrderedDictionary<string, double> Weights)
    {
        public bool IsConstant => Weights.Count == 0;

        public bool IsFinite => double.IsFinite(Constant) && Weights.Values.All(double.IsFinite);

        public static Sum Of(double constant) => new(constant, new(StringComparer.Ordinal));

        public Sum Plus(Sum other, double times)
        {
            var weights = new OrderedDictionary<string, double>(Weights, StringComparer.Ordinal);
            foreach ((string member, double weight) in other.Weights)
            {
                weights[member] = weights.GetValueOrDefault(member) + (times * weight);
            }

            return new Sum(Constant + (times * other.Constant), weights);
        }

        public Sum Times(double factor) => Of(0).Plus(this, factor);
    }

    // Recursive descent; after the first fault every step returns at once.
    private ref struct Parser(string text)
    {
        private const int DeepestNesting = 64;
        private ReadOnlySpan<char> rest = text;
        private int depth;

        public string? Fault { get; private set; }

        public Sum ReadAll()
        {
            Sum sum = ReadSum();
            if (Fault is null && Peek() != '\0')
            {
                Fail($"has something unexpected at '{rest}'");
            }

            return sum;
        }

        private Sum ReadSum()
        {
            Sum sum = ReadProduct();
            while (Fault is null && Peek() is '+' or '-')
            {
                double sign = Take() == '+' ? 1 : -1;
                sum = sum.Plus(ReadProduct(), sign);
            }

            return sum;
        }

        private Sum ReadProduct()
        {
            Sum product = ReadFactor();
            while (Fault is null && Peek() is '*' or '/')
            {
                bool divides = Take() == '/';
                Sum factor = ReadFactor();
                product = Fault is not null ? product : divides ? Divide(product, factor) : Multiply(product, factor);
            }

            return product;
        }

        private Sum Divide(Sum product, Sum by)
        {
            if (!by.IsConstant || by.Constant == 0)
            {
                return Fail(by.IsConstant ? "divides by zero" : "divides by a member, which is not linear");
            }

            return product.Times(1 / by.Constant);
        }

        private Sum Multiply(Sum left, Sum right) => left.IsConstant ? right.Times(left.Constant)
            : right.IsConstant ? left.Times(right.Constant)
            : Fail("multiplies members with each other, which is not linear");

        private Sum ReadFactor() => Peek() switch
        {
            '-' => ReadSigned(),
            '(' => ReadParentheses(),
            '"' or '\'' => ReadQuoted(Take()),
            '.' or (>= '0' and <= '9') => ReadNumber(),
            char c when char.IsLetter(c) || c == '_' => ReadName(),
            '\0' => Fail("ends where a number or a member was expected"),
            _ => Fail($"has something unexpected at '{rest}'"),
        };

        private Sum ReadSigned()
        {
            Take();
            return ++depth > DeepestNesting ? Fail("is nested too deeply") : ReadFactor().Times(-1);
        }

        private Sum ReadParentheses()
        {
            Take();
            if (++depth > DeepestNesting)
            {
                return Fail("is nested too deeply");
            }

            Sum sum = ReadSum();
            if (Fault is null && Peek() != ')')
            {
                return Fail("has a parenthesis that is not closed");
            }

            _ = Fault is null ? Take() : '\0';
            depth--;
            return sum;
        }

        private Sum ReadQuoted(char quote)
        {
            int end = rest.IndexOf(quote);
            if (end <= 0)
            {
                return Fail(end < 0 ? "has a quote that is not closed" : "has an empty name");
            }

            string name = rest[..end].ToString();
            rest = rest[(end + 1)..];
            return Member(name);
        }

        private Sum ReadNumber()
        {
            int length = 0;
            while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.' || IsExponent(length)))
            {
                length++;
            }

            ReadOnlySpan<char> digits = rest[..length];
            rest = rest[length..];
            return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? Sum.Of(number)
                : Fail($"has the malformed number '{digits}'");
        }

        private readonly bool IsExponent(int at) => at > 0 &&
            (rest[at] is 'e' or 'E' || (rest[at] is '+' or '-' && rest[at - 1] is 'e' or 'E'));

        private Sum ReadName()
        {
            int length = 1;
            while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] == '_'))
            {
                length++;
            }

            string name = rest[..length].ToString();
            rest = rest[length..];
            return Member(name);
        }

        private static Sum Member(string name)
        {
            var sum = Sum.Of(0);
            sum.Weights.Add(name, 1);
            return sum;
        }

        private char Peek()
        {
            rest = rest.TrimStart();
            return rest.IsEmpty ? '\0' : rest[0];
        }

        private char Take()
        {
            char taken = rest[0];
            rest = rest[1..];
            return taken;
        }

        private Sum Fail(string fault)
        {
            Fault ??= fault;
            return Sum.Of(0);
        }
    }
}
