using System.Globalization;
using System.Text.Json;

namespace SensorPipeline.Statistics.Tests.Golden;

/// <summary>One case: reads its inputs and compares answers to it field by field.</summary>
internal sealed class VectorCase(VectorFile file, JsonElement element, List<string> faults)
{
    private readonly HashSet<string> compared = [];

    internal string Id => element.GetProperty("id").GetString()!;

    internal bool HasInput(string name) => Input.TryGetProperty(name, out _);

    internal double Number(string name) => ToNumber(Input.GetProperty(name));

    internal string Text(string name) => Input.GetProperty(name).GetString()!;

    internal double[] Numbers(string name) => Flatten(Resolve(name));

    internal int[] Integers(string name) => [.. Numbers(name).Select(x => (int)x)];

    /// <summary>A list of lists, as rows of a matrix or several vectors.</summary>
    internal double[][] Rows(string name) => [.. Resolve(name).EnumerateArray().Select(Flatten)];

    internal JsonElement Raw(string name) => Resolve(name);

    internal JsonElement Expected(string field) => Output.GetProperty(field);

    internal string? Label => element.TryGetProperty("label", out JsonElement label) ? label.GetString() : null;

    internal JsonElement Member(string name) => element.GetProperty(name);

    internal bool HasMember(string name) => element.TryGetProperty(name, out _);

    /// <summary>Compares a field that the case has; one that is left out is not asked for.</summary>
    internal void Check(string field, params ReadOnlySpan<double> got)
    {
        if (Output.TryGetProperty(field, out JsonElement expected))
        {
            CheckAgainst(field, expected, got);
        }
    }

    internal void CheckAgainst(string field, JsonElement expected, params ReadOnlySpan<double> got) => CheckAgainst(field, Flatten(expected), got);

    internal void CheckAgainst(string field, double[] want, ReadOnlySpan<double> got)
    {
        compared.Add(field);
        if (want.Length != got.Length)
        {
            Fault($"{field}: {got.Length} values instead of {want.Length}");
            return;
        }

        (double relative, double absolute) = ToleranceOf(field);
        for (int i = 0; i < want.Length; i++)
        {
            if (!Agrees(want[i], got[i], relative, absolute))
            {
                Fault(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]: {got[i]:R}, not {want[i]:R} (rtol {relative:E1}, atol {absolute:E1}, off by {Math.Abs(got[i] - want[i]) / Math.Abs(want[i]):E1})"));
            }
        }
    }

    /// <summary>Says that a field is explained elsewhere and not compared.</summary>
    internal void Skip(string field) => compared.Add(field);

    internal void Fault(string what) => faults.Add($"{Id}: {what}");

    /// <summary>A field nobody compared is a hole in the test.</summary>
    internal void ReportUnchecked()
    {
        foreach (JsonProperty field in Output.EnumerateObject())
        {
            if (!compared.Contains(field.Name))
            {
                Fault($"{field.Name} was not compared");
            }
        }
    }

    internal static double[] Flatten(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Flatten)],
        JsonValueKind.Object => [.. value.EnumerateObject().SelectMany(p => Flatten(p.Value))],
        _ => [ToNumber(value)],
    };

    private JsonElement Input => element.GetProperty("in");

    private JsonElement Output => element.GetProperty("out");

    private static bool Agrees(double want, double got, double relative, double absolute) =>
        double.IsNaN(want) ? double.IsNaN(got)
        : want.Equals(got) || Math.Abs(got - want) <= Math.Max(absolute, relative * Math.Abs(want));

    private static double ToNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        _ => value.GetDouble(),
    };

    private JsonElement Resolve(string name)
    {
        JsonElement value = Input.GetProperty(name);
        return value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith("same as ", StringComparison.Ordinal)
            ? file.Case(value.GetString()!["same as ".Length..]).GetProperty("in").GetProperty(name)
            : value;
    }

    private (double Relative, double Absolute) ToleranceOf(string field)
    {
        JsonElement files = file.Tolerance;
        JsonElement own = element.TryGetProperty("tol", out JsonElement tol) && tol.TryGetProperty(field, out JsonElement named) ? named : element;
        return (Read(own, "rtol") ?? Read(element, "rtol") ?? Read(files, "rtol") ?? 0, Read(own, "atol") ?? Read(element, "atol") ?? Read(files, "atol") ?? 0);
    }

    private static double? Read(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
