using YamlDotNet.RepresentationModel;

namespace SensorPipeline.Worker.Tests.Deployment;

/// <summary>Reads YAML by key.</summary>
internal static class YamlNodes
{
    /// <summary>The node below a key, merge keys (<c>&lt;&lt;</c>) included, or null.</summary>
    public static YamlNode? At(this YamlNode node, string key)
    {
        var map = (YamlMappingNode)node;
        return map.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value
            : map.Children.TryGetValue(new YamlScalarNode("<<"), out YamlNode? merged) ? merged.At(key)
            : null;
    }

    /// <summary>The keys and nodes of a map; none where there is no map.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Members(this YamlNode? node) =>
        node is YamlMappingNode map ? map.Children.Select(pair => (pair.Key.ToString(), pair.Value)) : [];

    /// <summary>The texts of a list; none where there is no list.</summary>
    public static string[] Texts(this YamlNode? node) => node is YamlSequenceNode list ? [.. list.Children.Select(item => item.ToString())] : [];
}
