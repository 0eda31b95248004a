using SensorPipeline.Streams.Joint;
using Xunit;

namespace SensorPipeline.Streams.Tests.Joint;

public class LinearExpressionTests
{
    [Theory]
    [InlineData("flow - return", 0, "flow:1 return:-1")]
    [InlineData("2*(a - b/4) + 3 - a", 3, "a:1 b:-0.5")]
    [InlineData("-(a + -b) * 1e1", 0, "a:-10 b:10")]
    [InlineData("\"boiler/flow\" - 'x y'", 0, "boiler/flow:1 x y:-1")]
    [InlineData("(1 + 1) * a / (4 - 2)", 0, "a:1")]
    public void A_linear_combination_is_read_as_weights(string text, double constant, string weights)
    {
        Assert.True(LinearExpression.TryParse(text, out LinearExpression? expression, out string? fault), fault);
        Assert.Equal(constant, expression.Constant);
        Assert.Equal(weights, string.Join(' ', expression.Terms.Select(term => FormattableString.Invariant($"{term.Member}:{term.Weight}"))));
    }

    [Theory]
    [InlineData("", "ends where")]
    [InlineData("a +", "ends where")]
    [InlineData("a * b", "not linear")]
    [InlineData("1 / a", "not linear")]
    [InlineData("a / 0", "divides by zero")]
    [InlineData("a / (2 - 2)", "divides by zero")]
    [InlineData("(a", "not closed")]
    [InlineData("\"a", "not closed")]
    [InlineData("''", "empty name")]
    [InlineData("a b", "unexpected at 'b'")]
    [InlineData("a ^ 2", "unexpected at '^ 2'")]
    [InlineData("1.2.3 * a", "malformed number")]
    [InlineData("3 + 4", "names no member")]
    [InlineData("1e308 * 1e308 * a", "not finite")]
    public void What_is_wrong_is_said(string text, string fault)
    {
        Assert.False(LinearExpression.TryParse(text, out _, out string? said));
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_exhaust_the_stack()
    {
        Assert.False(LinearExpression.TryParse(new string('(', 100_000), out _, out string? parentheses));
        Assert.False(LinearExpression.TryParse(new string('-', 100_000) + "a", out _, out string? signs));
        Assert.Contains("too deeply", parentheses, StringComparison.Ordinal);
        Assert.Contains("too deeply", signs, StringComparison.Ordinal);
    }
}
