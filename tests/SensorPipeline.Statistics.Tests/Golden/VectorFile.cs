using System.Text.Json;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

/// <summary>One file of conformance vectors; from another folder when VECTORS_DIRECTORY names one, where it may be missing.</summary>
internal sealed class VectorFile
{
    private readonly JsonElement root;
    private readonly Dictionary<string, JsonElement> byId = [];

    private VectorFile(JsonElement root)
    {
        this.root = root;
        foreach (JsonElement c in root.GetProperty("cases").EnumerateArray())
        {
            byId[c.GetProperty("id").GetString()!] = c;
        }
    }

    /// <summary>Runs every case of a kind and fails with the list of all differences.</summary>
    internal static void Check(string file, string kind, Action<VectorCase> check)
    {
        VectorFile vectors = Load(file);
        var faults = new List<string>();
        int checkedCases = 0;
        foreach (JsonElement c in vectors.root.GetProperty("cases").EnumerateArray())
        {
            if (c.GetProperty("kind").GetString() != kind)
            {
                continue;
            }

            var vectorCase = new VectorCase(vectors, c, faults);
            check(vectorCase);
            vectorCase.ReportUnchecked();
            checkedCases++;
        }

        Assert.True(checkedCases > 0 || Elsewhere is not null, $"{file} has no case of the kind {kind}");
        Assert.True(faults.Count == 0, $"{faults.Count} differences:\n" + string.Join('\n', faults.Take(40)));
    }

    private static string? Elsewhere => Environment.GetEnvironmentVariable("VECTORS_DIRECTORY") is { Length: > 0 } folder ? folder : null;

    internal JsonElement Tolerance => root.GetProperty("tolerance");

    internal JsonElement Case(string id) => byId[id];

    private static VectorFile Load(string file)
    {
        string path = Path.Combine(Elsewhere ?? Path.Combine(AppContext.BaseDirectory, "Vectors"), file);
        if (!File.Exists(path) && Elsewhere is not null)
        {
            Assert.Skip($"{path} does not exist");
        }

        return new(JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);
    }
}
