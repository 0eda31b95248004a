using System.Xml.Linq;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>References point one way: Statistics ← Streams ← {Formats, Storage} ← Worker; Mqtt stands alone.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Statistics"] = [],
        ["Streams"] = ["Statistics"],
        ["Formats"] = ["Streams"],
        ["Storage"] = ["Streams"],
        ["Mqtt"] = [],
        ["Mqtt.MqttNet"] = ["Mqtt"],
        ["Worker"] = ["Statistics", "Streams", "Formats", "Storage", "Mqtt"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project) => Assert.Equal(Allowed[project], ReferencesOf(project));

    [Fact]
    public void Every_project_of_the_product_is_known_here() =>
        Assert.Equal(Allowed.Keys.Order(), Directory.GetDirectories(Source()).Select(folder => Path.GetFileName(folder)["SensorPipeline.".Length..]).Order());

    [Fact]
    public void No_folder_is_an_attic()
    {
        string[] attics = ["Common", "Core", "Utils", "Utilities", "Helpers", "Extensions", "Models", "Interfaces", "Abstractions"];
        Assert.DoesNotContain(Directory.GetDirectories(Source(), "*", SearchOption.AllDirectories), folder => attics.Contains(Path.GetFileName(folder)));
    }

    private static string[] ReferencesOf(string project) => [.. XDocument.Load(Path.Combine(Source(), $"SensorPipeline.{project}", $"SensorPipeline.{project}.csproj"))
        .Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))["SensorPipeline.".Length..])];

    private static string Source()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SensorPipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, "src");
    }
}
