using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>What the docs in the source say of option records, from the files that the compiler writes beside the assemblies.</summary>
internal sealed partial class OptionDocs
{
    private readonly Dictionary<string, string> summaries = [];

    /// <summary>The docs of some assemblies; those without a file are silent.</summary>
    public static OptionDocs Load(params Assembly[] assemblies)
    {
        var docs = new OptionDocs();
        foreach (string file in assemblies.Select(assembly => Path.ChangeExtension(assembly.Location, ".xml")).Where(File.Exists))
        {
            foreach (XElement member in XDocument.Load(file).Descendants("member").Where(member => member.Element("summary") is not null))
            {
                docs.summaries[(string)member.Attribute("name")!] = Blanks().Replace(string.Concat(member.Element("summary")!.Nodes().Select(Text)), " ").Trim();
            }
        }

        return docs;
    }

    /// <summary>The summary of a record, or null.</summary>
    public string? Of(Type type) => summaries.GetValueOrDefault($"T:{type.FullName}");

    /// <summary>The summary of a property, or null.</summary>
    public string? Of(PropertyInfo property) => summaries.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } reference => ((string?)reference.Attribute("cref") ?? "").Split('.')[^1],
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
